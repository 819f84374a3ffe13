import { describe, expect, test, vi } from 'vitest';
import type { EmbedProgress, ProviderInfo } from '../../../../src/api/embeddings.js';
import { embedInParts } from '../../../../src/client/calls/split-parts.js';
import type { EmbeddedRows, Target, TargetOptions } from '../../../../src/targets/target.js';
import { BadRequestError, SpaceMismatchError } from '../../../../src/errors/errors.js';
import { catchRejection } from '../../catch-error.js';

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

const answer: Target['embed'] = ({ inputs }, { onProgress }) => {
  onProgress?.({ completed: inputs.length, total: inputs.length });
  return Promise.resolve(makeRows(inputs));
};

function makeRequest(count: number): { inputs: string[]; truncate: 'end' } {
  return { inputs: Array.from({ length: count }, (_, index) => String(index)), truncate: 'end' };
}

function makeOptions(rest: Partial<TargetOptions> = {}): TargetOptions {
  return { signal: new AbortController().signal, priority: 'bulk', ...rest };
}

async function collect(parts: AsyncIterable<EmbeddedRows>): Promise<EmbeddedRows[]> {
  const all: EmbeddedRows[] = [];
  for await (const rows of parts) all.push(rows);
  return all;
}

describe('embedInParts', () => {
  test('asks for a small request at once', async () => {
    const embed = vi.fn(answer);
    await collect(embedInParts({ embed }, makeRequest(256), makeOptions()));
    expect(embed).toHaveBeenCalledTimes(1);
  });

  test('asks for a large one in parts, and gives every row in order', async () => {
    const embed = vi.fn(answer);
    const parts = await collect(embedInParts({ embed }, makeRequest(10_000), makeOptions()));
    expect(parts.flatMap(({ vectors }) => [...vectors])).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(embed.mock.calls.every(([{ inputs }]) => inputs.length <= 256)).toBe(true);
  });

  test('names an input that is at fault as the call counts it', async () => {
    const embed: Target['embed'] = (request, options) =>
      request.inputs.includes('515')
        ? Promise.reject(new BadRequestError('invalid_value', `No 'input[3]'.`, { param: 'input', index: 3 }))
        : answer(request, options);
    const error = await catchRejection(collect(embedInParts({ embed }, makeRequest(600), makeOptions())));
    expect(error).toMatchObject({ index: 515, param: 'input', message: `No 'input[515]'.` });
  });

  test('tells progress over all parts', async () => {
    const onProgress = vi.fn();
    await collect(embedInParts({ embed: answer }, makeRequest(600), makeOptions({ onProgress })));
    expect(onProgress.mock.calls.map(([progress]) => progress as unknown)).toEqual([
      { completed: 256, total: 600 },
      { completed: 512, total: 600 },
      { completed: 600, total: 600 },
    ]);
  });

  test('tells the progress of parts that run beside one another, and of one that begins anew elsewhere', async () => {
    const onProgress = vi.fn<(progress: EmbedProgress) => void>();
    const told: ((completed: number) => void)[] = [];
    const embed: Target['embed'] = (request, options) => {
      told.push((completed) => options.onProgress?.({ completed, total: request.inputs.length }));
      const [first, second] = told;
      if (second) for (const completed of [1, 3]) first?.(completed);
      for (const completed of [2, 1, 5]) second?.(completed);
      return answer(request, { ...options, onProgress: () => undefined });
    };
    await collect(embedInParts({ embed }, makeRequest(512), makeOptions({ onProgress })));
    expect(onProgress.mock.calls.map(([{ completed }]) => completed)).toEqual([1, 3, 5, 4, 8]);
  });

  test('refuses to join parts of different spaces', async () => {
    const embed: Target['embed'] = ({ inputs }) =>
      Promise.resolve(makeRows(inputs, inputs[0] === '0' ? 'one' : 'another'));
    const error = await catchRejection(collect(embedInParts({ embed }, makeRequest(300), makeOptions())));
    expect(error).toBeInstanceOf(SpaceMismatchError);
    expect(error).toMatchObject({ code: 'space_mismatch', expected: 'one', actual: 'another' });
  });

  test('ends the other parts when one fails', async () => {
    const signals: AbortSignal[] = [];
    const embed: Target['embed'] = ({ inputs }, { signal }) => {
      signals.push(signal);
      return inputs[0] === '256'
        ? Promise.reject(new Error('second part'))
        : answer({ inputs, truncate: 'end' }, makeOptions());
    };
    const error = await catchRejection(collect(embedInParts({ embed }, makeRequest(1000), makeOptions())));
    expect(error).toMatchObject({ message: 'second part' });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test("ends with the caller's reason, and asks for nothing more", async () => {
    const controller = new AbortController();
    controller.abort('gone');
    const embed = vi.fn(answer);
    const parts = embedInParts({ embed }, makeRequest(300), makeOptions({ signal: controller.signal }));
    expect(await catchRejection(collect(parts))).toBe('gone');
    expect(embed).not.toHaveBeenCalled();
  });
});
