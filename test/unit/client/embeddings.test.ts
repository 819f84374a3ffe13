import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

  test('answers in floats unless asked for base64', async () => {
    const floats = await embeddings.create({ input: 'a' });
    expect(floats.data[0]?.embedding).toHaveLength(2);
    const texts = await embeddings.create({ input: 'a', encoding_format: 'base64' });
    expect(texts.data[0]?.embedding).toBeTypeOf('string');
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
