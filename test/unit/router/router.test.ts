import { describe, expect, test, vi } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import type { PlannedTarget } from '../../../src/router/plan.js';
import { Router } from '../../../src/router/router.js';
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../../../src/contract/target.js';
import { catchRejection } from '../catch-error.js';

const request: TargetRequest = { inputs: ['a'], truncate: 'end' };
const options: TargetOptions = { signal: new AbortController().signal, priority: 'bulk' };
const rows: EmbeddedRows = {
  vectors: new Float32Array(2),
  dimensions: 2,
  tokenCounts: new Uint32Array(1),
  truncated: new Uint8Array(1),
  space: 'some-space',
  provider: { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' },
};

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

function plan(usable: boolean, reason = 'Because.'): PlannedTarget {
  return { kind: 'local', device: 'wasm', runtime: 'onnxruntime', dtypes: ['q8'], usable, reason };
}

/** A target that answers, or rejects with `error`. */
function makeTarget(error?: unknown): {
  embed: ReturnType<typeof vi.fn<Target['embed']>>;
  dispose: ReturnType<typeof vi.fn<Target['dispose']>>;
} {
  const embed = vi.fn<Target['embed']>();
  if (error === undefined) embed.mockResolvedValue(rows);
  else embed.mockRejectedValue(error);
  return { embed, dispose: vi.fn<Target['dispose']>() };
}

function makeRouter(targets: readonly Target[]): Router {
  const rest = [...targets];
  return new Router(
    targets.map(() => plan(true)),
    () => rest.shift() ?? makeTarget(),
  );
}

describe('Router', () => {
  test('gives the first target the request and its options, and asks no other', async () => {
    const [first, second] = [makeTarget(), makeTarget()];
    await expect(makeRouter([first, second]).embed(request, options)).resolves.toBe(rows);
    expect(first.embed.mock.calls).toEqual([[request, options]]);
    expect(second.embed).not.toHaveBeenCalled();
  });

  test.each(CODES.filter((code) => ERROR_TRAITS[code].canFallBack))('moves on after %s', async (code) => {
    const [first, second] = [makeTarget(new EmbeddingError(code, 'broken')), makeTarget()];
    await expect(makeRouter([first, second]).embed(request, options)).resolves.toBe(rows);
    expect(second.embed.mock.calls).toEqual([[request, options]]);
  });

  test.each<[what: string, error: unknown]>([
    ...CODES.filter((code) => !ERROR_TRAITS[code].canFallBack).map((code): [string, unknown] => [
      code,
      new EmbeddingError(code, 'broken'),
    ]),
    ['an abort', new DOMException('stopped', 'AbortError')],
    ['a reason that is no Error', 'stopped'],
    ['an unknown error', new TypeError('broken')],
  ])('stops after %s, untouched', async (_what, error) => {
    const [first, second] = [makeTarget(error), makeTarget()];
    expect(await catchRejection(makeRouter([first, second]).embed(request, options))).toBe(error);
    expect(second.embed).not.toHaveBeenCalled();
  });

  test('rejects with the last error when every target fails', async () => {
    const errors = ['first', 'second', 'third'].map((text) => new EmbeddingError('worker_died', text));
    const targets = errors.map((error) => makeTarget(error));
    expect(await catchRejection(makeRouter(targets).embed(request, options))).toBe(errors[2]);
    expect(targets.map(({ embed }) => embed.mock.calls.length)).toEqual([1, 1, 1]);
  });

  test('begins with the first target again at the next call', async () => {
    const first = makeTarget();
    first.embed.mockRejectedValueOnce(new EmbeddingError('worker_died', 'broken'));
    const second = makeTarget();
    const router = makeRouter([first, second]);
    await router.embed(request, options);
    await router.embed(request, options);
    expect([first.embed.mock.calls.length, second.embed.mock.calls.length]).toEqual([2, 1]);
  });

  test('makes targets for the usable parts of the plan only, in order', () => {
    const created: PlannedTarget[] = [];
    const parts = [plan(false), plan(true, 'one'), plan(false), plan(true, 'two')];
    new Router(parts, (planned) => {
      created.push(planned);
      return makeTarget();
    });
    expect(created).toEqual([parts[1], parts[3]]);
  });

  test('says why when nothing is usable', async () => {
    const router = new Router([plan(false, 'No workers.'), plan(false, 'No GPU.')], () => makeTarget());
    const error = await catchRejection(router.embed(request, options));
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(error).toMatchObject({ code: 'device_unsupported', retryable: false });
    expect(error).toMatchObject({ message: expect.stringMatching(/wasm: No workers\. wasm: No GPU\./) as string });
  });

  test('disposes of every target', () => {
    const targets = [makeTarget(), makeTarget(), makeTarget()];
    makeRouter(targets).dispose();
    expect(targets.map(({ dispose }) => dispose.mock.calls.length)).toEqual([1, 1, 1]);
  });
});
