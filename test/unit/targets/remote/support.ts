/** Servers on real sockets that answer as a test says, and a clock that doesn't wait. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Provider, ProviderTarget, SentTexts } from '../../../../src/contract/provider.js';
import { EmbeddingError } from '../../../../src/errors/errors.js';
import type { Pass } from '../../../../src/targets/remote/http/circuit-breaker.js';
import { PLATFORM, type Platform } from '../../../../src/targets/remote/http/platform.js';

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** Answers one request; `index` counts them. */
export type Handler = (request: SeenRequest, response: ServerResponse, index: number) => void;

/** A running server. */
export interface TestServer {
  /** Without a slash at the end. */
  readonly origin: string;
  readonly host: string;
  readonly requests: SeenRequest[];
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server that lives until the test ends. */
export async function startServer(handler: Handler): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      requests.push(seen);
      handler(seen, response, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin: `http://${host}`, host, requests };
}

/** Answers JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** OpenAI's answer with a vector of two numbers for each input, told apart by the text's length. */
export function listReply(input: unknown): object {
  const inputs = Array.isArray(input) ? (input as unknown[]) : [input];
  return {
    object: 'list',
    data: inputs.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) })),
    model: 'tiny',
    usage: { prompt_tokens: inputs.length, total_tokens: inputs.length },
  };
}

/** The test servers' vector of an input. */
export function vectorOf(input: unknown): [number, number] {
  return [(input as string | number[]).length, 1];
}

/** A platform whose waits are noted and end at once, while its clock goes on by them. */
export function createClock(): Platform & { readonly waits: number[]; advance(durationMs: number): void } {
  const waits: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  return {
    ...PLATFORM,
    waits,
    now: () => now,
    random: () => 0,
    sleep: (durationMs, signal) => {
      waits.push(durationMs);
      now += durationMs;
      return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
    },
    advance: (durationMs) => {
      now += durationMs;
    },
  };
}

/** A pass of a circuit breaker that stays closed. */
export const OPEN_PASS: Pass = {
  answered: () => undefined,
  timedOut: () => undefined,
  mayRetry: () => true,
  end: () => undefined,
};

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** A provider, connected until the test ends, and what it said to have sent. */
export function connect(provider: Provider): { readonly target: ProviderTarget; readonly sent: SentTexts[] } {
  const sent: SentTexts[] = [];
  const target = provider.connect({ onSend: (texts) => sent.push(texts) });
  closing.push(() => {
    target.dispose();
    return Promise.resolve();
  });
  return { target, sent };
}

/** Everything an error can show anyone: its fields, message and stack, and those of its causes. */
export function showAll(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : '';
  const fields = error instanceof EmbeddingError ? [error.detail, error.requestId, error.param, error.url] : [];
  const own = [error.message, error.stack, JSON.stringify(error), ...fields].join('\n');
  return 'cause' in error ? `${own}\n${showAll(error.cause)}` : own;
}
