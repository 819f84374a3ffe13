/** The package's types in a strict TypeScript project of somebody else's, which checks libraries too. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConsumer,
  findAny,
  findAnyExports,
  listEntries,
  listErrors,
  type ConsumerProject,
} from '../support/consumer-types.js';

/** Entries that need a peer. */
const FRAMEWORKS = ['inpage-embeddings/ai-sdk', 'inpage-embeddings/langchain'];

const ALONE = listEntries().filter((entry) => !FRAMEWORKS.includes(entry));

/** What a user writes, with a type said wherever one comes from this package. */
const USE = `
import { EmbeddingClient, isEmbeddingError, type CreateEmbeddingResponse } from 'inpage-embeddings';
import { infinity, nugen, openaiCompatible, segmind } from 'inpage-embeddings/providers';
import { createFetch } from 'inpage-embeddings/fetch';
import { createRoute, serveEmbeddings } from 'inpage-embeddings/service-worker';

const client = new EmbeddingClient({
  model: 'Xenova/all-MiniLM-L6-v2',
  fallback: [infinity({ baseURL: 'https://embed.example.org', model: 'all-MiniLM-L6-v2' })],
  onEgress: ({ host, texts }) => Promise.resolve(host.length > (texts ?? 0)),
});
const response: CreateEmbeddingResponse = await client.embeddings.create({ input: ['a'], task: 'query' });
export const width: number = response.data.length;
export const answer: typeof fetch = createFetch(client);
export const route: (event: never) => boolean = createRoute();
export const others = [nugen, openaiCompatible, segmind, serveEmbeddings];
export const isOurs: boolean = isEmbeddingError(new Error('no'));
// @ts-expect-error there is no such option, and it must not pass as any
new EmbeddingClient({ modell: 'typo' });
// @ts-expect-error a response has rows, and nothing else passes for one
response.rows;
`;

const USE_FRAMEWORKS = `
import type { EmbeddingModelV3 } from '@ai-sdk/provider';
import { Embeddings } from '@langchain/core/embeddings';
import { EmbeddingClient } from 'inpage-embeddings';
import { createEmbeddingModel } from 'inpage-embeddings/ai-sdk';
import { InpageEmbeddings } from 'inpage-embeddings/langchain';

const client = new EmbeddingClient();
export const model: EmbeddingModelV3 = createEmbeddingModel(client, { task: 'document' });
export const embeddings: Embeddings = new InpageEmbeddings({ client });
// @ts-expect-error there is no such setting
createEmbeddingModel(client, { tasks: 'document' });
`;

let project: ConsumerProject;

beforeAll(() => {
  project = createConsumer(['@ai-sdk/provider', '@langchain/core']);
});

afterAll(() => {
  project.remove();
});

function importAll(entries: readonly string[]): string {
  return entries.map((entry, number) => `import * as e${String(number)} from '${entry}';`).join('\n');
}

describe.each(['bundler', 'node16'] as const)('with moduleResolution %s', (resolution) => {
  test('the entries compile without any peer installed, strictly and with libraries checked', () => {
    const alone = createConsumer([]);
    expect(listErrors(alone.compile(importAll(ALONE) + USE, resolution))).toEqual([]);
    alone.remove();
  });

  test('the entries for frameworks compile beside their peers, and nothing of any entry is any', () => {
    const entries = [...ALONE, ...FRAMEWORKS];
    const program = project.compile(importAll(entries) + USE_FRAMEWORKS, resolution);
    expect(listErrors(program)).toEqual([]);
    const ours = program.getSourceFiles().filter(({ fileName }) => project.isOurs(fileName));
    expect(ours.length).toBeGreaterThan(entries.length);
    expect(ours.flatMap(findAny)).toEqual([]);
    expect(entries.flatMap((entry) => findAnyExports(program, entry))).toEqual([]);
  });
});
