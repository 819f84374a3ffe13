/** The four providers, each connected to a lane of its own server, for suites that all of them must pass. */
import { afterAll, beforeAll, expect } from 'vitest';
import type { Provider, ProviderRows, ProviderTarget, SentTexts } from '../../../../src/contract/provider.js';
import { infinity, nugen, openaiCompatible, segmind } from '../../../../src/targets/remote/vendors/index.js';
import { startProviderServer, type ProviderServer } from '../../../support/provider-server/start.js';
import { expectedVector } from '../../../support/provider-server/vector.js';
import { LANE_KEY, type Lane, type LoggedRequest } from '../../../support/provider-server/wire.js';

/** Options that every provider takes. */
export interface CommonOptions {
  readonly apiKey?: string;
  readonly maxRetries?: number;
  readonly timeoutMs?: number;
}

/** One provider and how it asks. */
export interface Vendor {
  readonly name: string;
  /** Where it posts one request. */
  readonly path: string;
  /** Whether one request may hold several texts. */
  readonly hasBatches: boolean;
  /** The header of its key. */
  readonly keyHeader: string;
  create(lane: Lane, options?: CommonOptions): Provider;
}

export const OPENAI: Vendor = {
  name: 'openaiCompatible',
  path: '/v1/embeddings',
  hasBatches: true,
  keyHeader: 'authorization',
  create: (lane, options) =>
    openaiCompatible({ baseURL: `${lane.url}/v1`, model: 'text-embedding-3-large', apiKey: LANE_KEY, ...options }),
};

export const INFINITY: Vendor = {
  name: 'infinity',
  path: '/v1/embeddings',
  hasBatches: true,
  keyHeader: 'authorization',
  create: (lane, options) => infinity({ baseURL: lane.url, model: 'Qwen2-Embedding-48', apiKey: LANE_KEY, ...options }),
};

export const NUGEN: Vendor = {
  name: 'nugen',
  path: '/api/v3/inference/embeddings',
  hasBatches: true,
  keyHeader: 'authorization',
  create: (lane, options) => nugen({ baseURL: lane.url, model: 'nugen-flash-embed', apiKey: LANE_KEY, ...options }),
};

export const SEGMIND_SMALL: Vendor = {
  name: 'segmind with text-embedding-3-small',
  path: '/v1/text-embedding-3-small',
  hasBatches: false,
  keyHeader: 'x-api-key',
  create: (lane, options) =>
    segmind({ baseURL: lane.url, model: 'text-embedding-3-small', apiKey: LANE_KEY, ...options }),
};

export const SEGMIND_GEMINI: Vendor = {
  name: 'segmind with gemini-embedding-001',
  path: '/v1/gemini-embedding-001',
  hasBatches: false,
  keyHeader: 'x-api-key',
  create: (lane, options) =>
    segmind({ baseURL: lane.url, model: 'gemini-embedding-001', apiKey: LANE_KEY, ...options }),
};

/** Segmind by way of jobs. It sends more requests than one a text. */
export const SEGMIND_ASYNC: Vendor = {
  ...SEGMIND_SMALL,
  name: 'segmind by way of jobs',
  path: '/v2/text-embedding-3-small',
  create: (lane, options) => {
    const settings = { baseURL: lane.url, model: 'text-embedding-3-small', apiKey: LANE_KEY, ...options };
    return segmind({ ...settings, mode: 'async', pollIntervalMs: 1 });
  },
};

/** Every provider that answers a request at once. */
export const VENDORS: readonly Vendor[] = [OPENAI, INFINITY, NUGEN, SEGMIND_SMALL, SEGMIND_GEMINI];

/** A provider, connected. */
export interface Connected {
  readonly target: ProviderTarget;
  /** What it said it would send, in order. */
  readonly sent: SentTexts[];
}

/** Connects a provider to a lane. */
export function connect(vendor: Vendor, lane: Lane, options?: CommonOptions): Connected {
  const sent: SentTexts[] = [];
  const target = vendor.create(lane, options).connect({ onSend: (texts) => sent.push(texts) });
  return { target, sent };
}

/** Runs a server around the tests of a file; the function gives a new lane. */
export function useLanes(): () => Lane {
  let server: ProviderServer | undefined;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server?.close());
  return () => {
    if (!server) throw new Error('Expected a lane to be opened inside of a test.');
    return server.lane();
  };
}

/** A signal that nobody aborts. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** Embeds without ever aborting. */
export function embed(
  target: ProviderTarget,
  inputs: readonly (string | readonly number[])[],
  dimensions?: number,
): Promise<ProviderRows> {
  return target.embed({ inputs, ...(dimensions !== undefined && { dimensions }) }, { signal: neverAborted() });
}

/** Fails unless row i is the server's vector of input i, to the last bit. */
export function expectRows(rows: ProviderRows, inputs: readonly (string | readonly number[])[], width = 8): void {
  expect(rows.dimensions).toBe(width);
  expect(rows.vectors).toBeInstanceOf(Float32Array);
  expect([...rows.vectors]).toEqual(inputs.flatMap((input) => expectedVector(input, width)));
}

/** The texts of a logged request; none in a poll. */
export function textsOf({ body }: LoggedRequest): readonly string[] {
  if (body === null) return [];
  const { prompt, input } = body as { readonly prompt?: string; readonly input?: string | readonly string[] };
  return [prompt ?? input ?? []].flat();
}

/** Texts that are all different. */
export function makeTexts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `text number ${index}`);
}
