import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { CreateEmbeddingResponse } from '../../../src/api/embeddings.js';
import type { EncodingFormat } from '../../../src/api/vocabulary.js';
import { EmbeddingCalls } from '../../../src/client/calls/embedding-calls.js';
import { UnknownTextWatch } from '../../../src/client/calls/unknown-text.js';
import { Embeddings } from '../../../src/client/embeddings.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import type { Router } from '../../../src/route/router.js';
import type { EmbeddedRows, TargetOptions } from '../../../src/contract/target.js';

const rows: EmbeddedRows = {
  vectors: new Float32Array([0.6, 0.8]),
  dimensions: 2,
  tokenCounts: new Uint32Array([3]),
  truncated: new Uint8Array([0]),
  totalTokens: 3,
  space: 'some-space',
  provider: { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' },
  model: 'some-model',
};

const embed = vi.fn<Router['embed']>();
const calls = new EmbeddingCalls({
  router: { embed },
  models: { own: 'some-model', isLocal: true, remote: [] },
  watch: new UnknownTextWatch(() => undefined),
});
const embeddings = new Embeddings(() => Promise.resolve({ embeddings: calls }));

function waitForAbort({ signal }: TargetOptions): Promise<EmbeddedRows> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason);
    });
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  embed.mockReset().mockResolvedValue(rows);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('embeddings.create()', () => {
  test.each([
    ['interactive', 'a'],
    ['interactive', ['a']],
    ['interactive', [1, 2]],
    ['bulk', ['a', 'b']],
    ['bulk', [[1], [2]]],
  ])('is %s for %j when the caller is silent', async (priority, input) => {
    await embeddings.create({ input });
    expect(embed.mock.calls[0]?.[1]).toMatchObject({ priority });
  });

  test("takes the caller's priority and progress callback", async () => {
    const onProgress = vi.fn();
    embed.mockImplementation((_, options) => {
      options.onProgress?.({ completed: 1, total: 2 });
      return Promise.resolve(rows);
    });
    await embeddings.create({ input: ['a', 'b'] }, { priority: 'interactive', onProgress });
    expect(embed.mock.calls[0]?.[1]).toMatchObject({ priority: 'interactive' });
    expect(onProgress.mock.calls).toEqual([[{ completed: 1, total: 2 }]]);
  });

  test('gives the target the checked request', async () => {
    await embeddings.create({ input: 'a', task: 'query', truncate: 'start' });
    expect(embed.mock.calls[0]?.[0]).toEqual({ inputs: ['a'], task: 'query', truncate: 'start' });
  });

  test.each([
    [undefined, Array.from(rows.vectors)],
    ['float', Array.from(rows.vectors)],
    ['base64', 'mpkZP83MTD8='],
    ['int8', [95, 127]],
    ['binary', [0b11000000]],
  ] as const)('answers in the format asked for: %s', async (format, expected) => {
    const { data } = await embeddings.create({ input: 'a', ...(format && { encoding_format: format }) });
    expect(data[0]?.embedding).toEqual(expected);
  });

  test('types vectors as strings for base64, else as numbers', () => {
    const create = (format: EncodingFormat) => embeddings.create({ input: 'a', encoding_format: format });
    expectTypeOf(embeddings.create({ input: 'a' })).resolves.toEqualTypeOf<CreateEmbeddingResponse>();
    expectTypeOf(embeddings.create({ input: 'a', encoding_format: 'base64' })).resolves.toEqualTypeOf<
      CreateEmbeddingResponse<string>
    >();
    for (const encoding_format of ['float', 'int8', 'binary'] as const) {
      const answer = embeddings.create({ input: 'a', encoding_format });
      expectTypeOf(answer).resolves.toEqualTypeOf<CreateEmbeddingResponse>();
    }
    expectTypeOf(create).returns.resolves.toEqualTypeOf<CreateEmbeddingResponse | CreateEmbeddingResponse<string>>();
  });

  test('asks no target when the request or its options are refused', async () => {
    await expect(embeddings.create({ input: '' })).rejects.toMatchObject({ code: 'empty_string' });
    await expect(embeddings.create({ input: 'a' }, { timeoutMs: -1 })).rejects.toMatchObject({ param: 'timeoutMs' });
    expect(embed).not.toHaveBeenCalled();
  });

  test("rejects with the signal's reason", async () => {
    embed.mockImplementation((_, options) => waitForAbort(options));
    const controller = new AbortController();
    const answer = embeddings.create({ input: 'a' }, { signal: controller.signal });
    controller.abort('gone');
    await expect(answer).rejects.toBe('gone');
  });

  test('rejects with a timeout once the time limit is over', async () => {
    embed.mockImplementation((_, options) => waitForAbort(options));
    const { signal } = new AbortController();
    const answer = embeddings.create({ input: 'a' }, { timeoutMs: 1000, signal });
    const refused = expect(answer).rejects.toMatchObject({ name: 'APIConnectionTimeoutError', code: 'timeout' });
    await vi.advanceTimersByTimeAsync(1000);
    await refused;
  });

  test('leaves no timer behind, however the call ends', async () => {
    await embeddings.create({ input: 'a' }, { timeoutMs: 1000 });
    embed.mockRejectedValue(new EmbeddingError('internal', 'broken'));
    await expect(embeddings.create({ input: 'a' }, { timeoutMs: 1000 })).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('embeddings.stream()', () => {
  const words = ['a', 'b', 'c'];

  async function collect(stream: AsyncIterable<{ index: number }>): Promise<number[]> {
    const indexes: number[] = [];
    for await (const { index } of stream) indexes.push(index);
    return indexes;
  }

  test('gives one vector an input, in order, with its space and provider', async () => {
    const [first] = [await embeddings.stream({ input: words }).next()];
    expect(first.value).toEqual({
      object: 'embedding',
      index: 0,
      embedding: Array.from(rows.vectors),
      token_count: 3,
      truncated: false,
      space: rows.space,
      prompt: '',
      provider: rows.provider,
    });
    expect(await collect(embeddings.stream({ input: words }))).toEqual([0, 1, 2]);
  });

  test('is bulk unless the caller says otherwise, and passes the rest of the request on', async () => {
    await collect(embeddings.stream({ input: words, task: 'document' }));
    await collect(embeddings.stream({ input: words }, { priority: 'interactive' }));
    expect(embed.mock.calls[0]?.slice(0, 2)).toMatchObject([{ inputs: ['a'], task: 'document' }, { priority: 'bulk' }]);
    expect(embed.mock.calls[3]?.slice(0, 2)).toMatchObject([{ inputs: ['a'] }, { priority: 'interactive' }]);
  });

  test('takes generators, of texts and of token ids', async () => {
    async function* generate(): AsyncGenerator<string | number[]> {
      yield 'a';
      yield await Promise.resolve([1, 2]);
    }
    expect(await collect(embeddings.stream({ input: generate() }))).toEqual([0, 1]);
    expect(embed.mock.calls.map(([{ inputs }]) => inputs)).toEqual([['a'], [[1, 2]]]);
  });

  test.each([
    ['a text', 'text'],
    ['nothing', undefined],
    ['a number', 7],
  ])('refuses %s as input', async (_what, input) => {
    const stream = embeddings.stream({ input: input as unknown as string[] });
    await expect(stream.next()).rejects.toMatchObject({ code: 'invalid_type', param: 'input' });
  });

  test('ends with the error of a bad input after the vectors before it', async () => {
    const stream = embeddings.stream({ input: ['a', ''] });
    expect((await stream.next()).done).toBe(false);
    await expect(stream.next()).rejects.toMatchObject({ code: 'empty_string' });
  });

  test('refuses to go on in another space', async () => {
    embed.mockResolvedValueOnce(rows).mockResolvedValueOnce({ ...rows, space: 'another' });
    const stream = embeddings.stream({ input: words });
    await stream.next();
    await expect(stream.next()).rejects.toMatchObject({ code: 'space_mismatch' });
  });

  test('ends the work and leaves no timer when the reader stops', async () => {
    for await (const { index } of embeddings.stream({ input: words }, { timeoutMs: 1000 })) if (index === 0) break;
    expect(embed.mock.calls.every(([, { signal }]) => signal.aborted)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends after its time limit', async () => {
    embed.mockImplementation((_, options) => waitForAbort(options));
    const next = embeddings.stream({ input: words }, { timeoutMs: 1000 }).next();
    const refused = expect(next).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(1000);
    await refused;
  });
});
