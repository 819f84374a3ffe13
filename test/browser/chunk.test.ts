/** Chunks by the model's own tokens: what is promised of a chunk holds when it is embedded. */
import type { EmbeddingClient, EmbeddingClientOptions, TextChunk } from 'inpage-embeddings';
import { openaiCompatible } from 'inpage-embeddings/providers';
import { describe, expect, test } from 'vitest';
import { catchRejection, startClient as startAnyClient } from '../support/client.js';
import { RUNTIMES } from '../support/runtimes.js';
import { watchWorkers } from '../support/watch-workers.js';

const workers = watchWorkers();

const NOTE = [
  'Rice is boiled in two cups of water for one cup of grain. It rests for ten minutes, covered! Is it done?',
  'Überraschung: naïve café owners — all 37 of them — paid $4.50 (or €4,10) at 7:45 a.m. on 3/4/2026.',
  `${'word '.repeat(400)}and an end.`,
  'supercalifragilisticexpialidocious'.repeat(30),
  '日本語の文章です。これは二番目の文です。👨‍👩‍👧‍👦 came too, e\u0301tude.',
  'The train leaves at noon. '.repeat(60),
].join('\n\n');

async function expectWhole(client: EmbeddingClient, chunks: readonly TextChunk[], text: string): Promise<void> {
  let covered = 0;
  for (const { start, end, text: part } of chunks) {
    expect(part).toBe(text.slice(start, end));
    expect(start).toBeLessThanOrEqual(covered);
    covered = end;
  }
  expect(covered).toBe(text.length);
  const { data } = await client.embeddings.create({ input: chunks.map((part) => part.text), task: 'document' });
  expect(data.map(({ token_count, truncated }) => ({ token_count, truncated }))).toEqual(
    chunks.map(({ tokenCount }) => ({ token_count: tokenCount, truncated: false })),
  );
}

describe.each(RUNTIMES)('on %s', (runtime) => {
  const startClient = (options?: EmbeddingClientOptions): EmbeddingClient => startAnyClient({ runtime, ...options });

  test.each([{}, { maxTokens: 20, overlapTokens: 8 }, { maxTokens: 64, locale: 'de' }])(
    'every chunk is embedded whole, with the tokens it was said to have: %j',
    async (options) => {
      const client = startClient();
      const chunks = await client.chunk(NOTE, options);
      expect(chunks.length).toBeGreaterThan(5);
      await expectWhole(client, chunks, NOTE);
    },
  );

  test('a worker that ends while it counts is replaced', async () => {
    const client = startClient({ workers: 1 });
    const expected = await client.chunk(NOTE);
    const chunking = client.chunk(NOTE);
    workers.at(-1)?.terminate();
    workers.at(-1)?.dispatchEvent(new ErrorEvent('error', { message: 'it is out of memory' }));
    expect(await chunking).toEqual(expected);
    expect(workers).toHaveLength(2);
  });

  test('an idle limit holds after counting as well', async () => {
    const client = startClient({ idleTimeoutMs: 1 });
    const expected = await client.chunk(NOTE);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await client.chunk(NOTE)).toEqual(expected);
    expect(workers.length).toBeGreaterThan(1);
  });
});

test('chunking ends when it is aborted, or the client disposed of', async () => {
  const client = startAnyClient();
  const controller = new AbortController();
  const aborted = catchRejection(client.chunk(NOTE, { signal: controller.signal }));
  const disposed = catchRejection(client.chunk(NOTE));
  const reason = new Error('changed my mind');
  controller.abort(reason);
  expect(await aborted).toBe(reason);
  client.dispose();
  expect(await disposed).toMatchObject({ code: 'disposed' });
});

test('a client that may only ask providers says that it cannot count', async () => {
  const client = startAnyClient({
    policy: 'only-remote',
    fallback: [openaiCompatible({ baseURL: 'http://localhost:1/v1', model: 'some' })],
  });
  const error = await catchRejection(client.chunk('Some text.'));
  expect(error).toMatchObject({
    code: 'device_unsupported',
    message: expect.stringContaining('only-remote') as string,
  });
  expect(workers).toHaveLength(0);
});
