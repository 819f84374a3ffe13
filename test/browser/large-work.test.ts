/** Calls of many thousand texts, and collections of any size: all there, in order, and little held at a time. */
import type { EmbeddingClient } from 'inpage-embeddings';
import { expect, inject, test } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, unit, VOCABULARY } from '../support/tiny-vectors.js';

const MANY = 10_000;
const words = VOCABULARY.slice(4);

function text(index: number): string {
  return `${words[index % words.length]} ${words[Math.floor(index / words.length) % words.length]}`;
}

function startTiny(): EmbeddingClient {
  return startClient({ hub: inject('hubUrl'), model: 'tests/mean', device: 'wasm' });
}

/** The most inputs without a vector that were seen inside the client. */
function watchPending(client: EmbeddingClient): () => number {
  let most = 0;
  const timer = setInterval(() => {
    void client.models.list().then(({ data }) => {
      most = Math.max(most, data[0]?.stats.results_pending ?? 0);
    });
  }, 5);
  return () => {
    clearInterval(timer);
    return most;
  };
}

test('answers 10,000 texts in one call, in order, telling how far it is and holding few at a time', async () => {
  const client = startTiny();
  const input = Array.from({ length: MANY }, (_, index) => text(index));
  const seen: number[] = [];
  const endWatch = watchPending(client);
  const { data, usage } = await client.embeddings.create(
    { input },
    { onProgress: ({ completed, total }) => seen.push(completed / total) },
  );
  expect(endWatch()).toBeLessThanOrEqual(1024);
  expect(data).toHaveLength(MANY);
  for (const index of [0, 1, 255, 256, 4_999, MANY - 1]) {
    expect(data[index]?.index).toBe(index);
    expectVector(data[index]?.embedding, unit(meanVector(frame(text(index)))));
  }
  expect(usage.prompt_tokens).toBe(MANY * 4);
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.length).toBeGreaterThan(100);
});

test('refuses as many where nothing says that they are meant', async () => {
  const error = await catchRejection(startTiny().embeddings.create({ input: new Array<string>(2049).fill('one') }));
  expect(error).toMatchObject({ code: 'array_above_max_length', param: 'input' });
});

test('streams a collection of any size, reading no further than it works', async () => {
  const client = startTiny();
  let read = 0;
  async function* readAll(): AsyncGenerator<string> {
    for (; read < MANY; read++) yield await Promise.resolve(text(read));
  }
  let expected = 0;
  let furthest = 0;
  for await (const { index, embedding, space } of client.embeddings.stream({ input: readAll() })) {
    expect(index).toBe(expected);
    if (index % 997 === 0) expectVector(embedding, unit(meanVector(frame(text(index)))));
    expect(space).toContain('tests/mean@sha256-');
    furthest = Math.max(furthest, read - index);
    expected += 1;
  }
  expect(expected).toBe(MANY);
  expect(furthest).toBeLessThanOrEqual(520);
});

test('ends a stream between two vectors, and answers the next call', async () => {
  const client = startTiny();
  const controller = new AbortController();
  const reason = new Error('enough');
  const stream = client.embeddings.stream(
    { input: Array.from({ length: MANY }, (_, index) => text(index)) },
    { signal: controller.signal },
  );
  await stream.next();
  controller.abort(reason);
  const drain = async (): Promise<void> => {
    for await (const item of stream) expect(item.index).toBeGreaterThan(0);
  };
  expect(await catchRejection(drain())).toBe(reason);
  expect((await client.embeddings.create({ input: 'one' })).data).toHaveLength(1);
});
