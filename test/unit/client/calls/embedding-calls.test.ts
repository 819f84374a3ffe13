import { describe, expect, test, vi } from 'vitest';
import type {
  CreateEmbeddingResponse,
  EmbedProgress,
  ProviderInfo,
  RequestOptions,
} from '../../../../src/api/embeddings.js';
import { EmbeddingCalls } from '../../../../src/client/calls/embedding-calls.js';
import { UnknownTextWatch } from '../../../../src/client/calls/unknown-text.js';
import type { Router } from '../../../../src/route/router.js';
import type { EmbeddedRows } from '../../../../src/contract/target.js';
import { BadRequestError, SpaceMismatchError } from '../../../../src/errors/errors.js';
import { catchRejection } from '../../../support/catch-error.js';

const provider: ProviderInfo = { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' };

function makeRows(inputs: readonly unknown[], space = 'some-space'): EmbeddedRows {
  return {
    vectors: Float32Array.from(inputs, (input) => Number(input)),
    dimensions: 1,
    tokenCounts: new Uint32Array(inputs.length).fill(1),
    truncated: new Uint8Array(inputs.length),
    totalTokens: inputs.length,
    space,
    provider,
    model: 'some-model',
  };
}

const answer: Router['embed'] = ({ inputs }, { onProgress }) => {
  onProgress?.({ completed: inputs.length, total: inputs.length });
  return Promise.resolve(makeRows(inputs));
};

/** The response to so many inputs, each its own number. */
async function embedMany(
  embed: Router['embed'],
  count: number,
  options: RequestOptions = {},
): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
  const calls = new EmbeddingCalls({
    router: { embed },
    models: { own: 'some-model', isLocal: true, remote: [] },
    watch: new UnknownTextWatch(() => undefined),
  });
  return calls.create(
    { input: Array.from({ length: count }, (_, index) => String(index)) },
    { priority: 'bulk', ...options },
  );
}

describe('EmbeddingCalls.create()', () => {
  test('asks for a small request at once', async () => {
    const embed = vi.fn(answer);
    await embedMany(embed, 256);
    expect(embed).toHaveBeenCalledTimes(1);
  });

  test('asks for a large one in parts, and gives every row in order', async () => {
    const embed = vi.fn(answer);
    const { data } = await embedMany(embed, 10_000);
    expect(data.map(({ embedding }) => embedding[0])).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(embed.mock.calls.every(([{ inputs }]) => inputs.length <= 256)).toBe(true);
  });

  test('names an input that is at fault as the call counts it', async () => {
    const embed: Router['embed'] = (request, options) =>
      request.inputs.includes('515')
        ? Promise.reject(new BadRequestError('invalid_value', `No 'input[3]'.`, { param: 'input', index: 3 }))
        : answer(request, options);
    const error = await catchRejection(embedMany(embed, 600));
    expect(error).toMatchObject({ index: 515, param: 'input', message: `No 'input[515]'.` });
  });

  test('tells progress over all parts', async () => {
    const onProgress = vi.fn();
    await embedMany(answer, 600, { onProgress });
    expect(onProgress.mock.calls.map(([progress]) => progress as unknown)).toEqual([
      { completed: 256, total: 600 },
      { completed: 512, total: 600 },
      { completed: 600, total: 600 },
    ]);
  });

  test('tells the progress of parts that run beside one another, and of one that begins anew elsewhere', async () => {
    const onProgress = vi.fn<(progress: EmbedProgress) => void>();
    const told: ((completed: number) => void)[] = [];
    const embed: Router['embed'] = (request, options) => {
      told.push((completed) => options.onProgress?.({ completed, total: request.inputs.length }));
      const [first, second] = told;
      if (second) for (const completed of [1, 3]) first?.(completed);
      for (const completed of [2, 1, 5]) second?.(completed);
      return answer(request, { ...options, onProgress: () => undefined });
    };
    await embedMany(embed, 512, { onProgress });
    expect(onProgress.mock.calls.map(([{ completed }]) => completed)).toEqual([1, 3, 5, 4, 8]);
  });

  test('refuses to join parts of different spaces', async () => {
    const embed: Router['embed'] = ({ inputs }) =>
      Promise.resolve(makeRows(inputs, inputs[0] === '0' ? 'one' : 'another'));
    const error = await catchRejection(embedMany(embed, 300));
    expect(error).toBeInstanceOf(SpaceMismatchError);
    expect(error).toMatchObject({ code: 'space_mismatch', expected: 'one', actual: 'another' });
  });

  test('ends the other parts when one fails', async () => {
    const signals: AbortSignal[] = [];
    const embed: Router['embed'] = ({ inputs }, { signal }) => {
      signals.push(signal);
      return inputs[0] === '256' ? Promise.reject(new Error('second part')) : Promise.resolve(makeRows(inputs));
    };
    const error = await catchRejection(embedMany(embed, 1000));
    expect(error).toMatchObject({ message: 'second part' });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test("ends with the caller's reason, and asks for nothing more", async () => {
    const controller = new AbortController();
    controller.abort('gone');
    const embed = vi.fn(answer);
    expect(await catchRejection(embedMany(embed, 300, { signal: controller.signal }))).toBe('gone');
    expect(embed).not.toHaveBeenCalled();
  });
});
