import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { CreateEmbeddingResponse } from '../../../src/api/embeddings.js';
import type { EncodingFormat } from '../../../src/api/vocabulary.js';
import { Embeddings } from '../../../src/client/embeddings.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import type { EmbeddedRows, Target, TargetOptions } from '../../../src/contract/target.js';

const rows: EmbeddedRows = {
  vectors: new Float32Array([0.6, 0.8]),
  dimensions: 2,
  tokenCounts: new Uint32Array([3]),
  truncated: new Uint8Array([0]),
  space: 'some-space',
  provider: { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' },
};

const embed = vi.fn<Target['embed']>();
const embeddings = new Embeddings({ embed, dispose: () => undefined }, 'some-model');

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
    const onProgress = (): void => undefined;
    await embeddings.create({ input: ['a', 'b'] }, { priority: 'interactive', onProgress });
    expect(embed.mock.calls[0]?.[1]).toMatchObject({ priority: 'interactive', onProgress });
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
