/** Who counts the tokens of a text to split. */
import { expect, test } from 'vitest';
import type { ChunkOptions } from '../../../src/api/chunks.js';
import { chunk } from '../../../src/chunk/chunk.js';
import type { TokenCounts } from '../../../src/ports/worker-api.js';
import { EmbeddingError, ModelLoadError } from '../../../src/errors/errors.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeTarget, type FakeTarget } from '../route/support.js';

const COUNTS: TokenCounts = { counts: Uint32Array.of(3), frame: 2, maxTokens: 8 };

function planOf(...targets: PlannedTarget[]): {
  readonly targets: PlannedTarget[];
  readonly ready: () => Promise<void>;
} {
  return { targets, ready: () => Promise.resolve() };
}

function routerOf(targets: Readonly<Record<string, FakeTarget>>): {
  readonly target: (planned: PlannedTarget) => Promise<FakeTarget>;
} {
  return { target: ({ id }) => Promise.resolve(targets[id] ?? makeTarget()) };
}

function counting(): FakeTarget {
  const target = makeTarget();
  target.countTokens.mockResolvedValue(COUNTS);
  return target;
}

test('the first local target counts, with the prompt for documents', async () => {
  const [first, second] = [counting(), counting()];
  const plan = planOf(makePlanned('first'), makePlanned('second', { device: 'webgpu' }));
  expect(await chunk('Hi', {}, { plan, router: routerOf({ first, second }) })).toEqual([
    { text: 'Hi', start: 0, end: 2, tokenCount: 3 },
  ]);
  expect(first.countTokens.mock.calls[1]?.[0]).toEqual({ texts: ['Hi'], task: 'document' });
  expect(second.countTokens).not.toHaveBeenCalled();
});

test('another one counts when the first does not know the model', async () => {
  const first = makeTarget();
  first.countTokens.mockRejectedValue(new EmbeddingError('kernel_unsupported', 'Unknown.'));
  const plan = planOf(makePlanned('first', { runtime: 'kernel' }), makePlanned('second'));
  expect(await chunk('Hi', {}, { plan, router: routerOf({ first, second: counting() }) })).toHaveLength(1);
});

test('what keeps the model from being loaded is told', async () => {
  const first = makeTarget();
  const error = new ModelLoadError('model_file_missing', 'Missing.');
  first.countTokens.mockRejectedValue(error);
  expect(
    await catchRejection(chunk('Hi', {}, { plan: planOf(makePlanned('first')), router: routerOf({ first }) })),
  ).toBe(error);
});

test('without a local target nobody can count, and the error says why', async () => {
  const plan = planOf(makePlanned('local/wasm', { usable: false, reason: "The policy is 'only-remote'." }));
  const error = await catchRejection(chunk('Hi', {}, { plan, router: routerOf({}) }));
  expect(error).toMatchObject({ code: 'device_unsupported' });
  expect(String(error)).toContain("local/wasm: The policy is 'only-remote'.");
});

test.each([
  [5, {}, 'text'],
  ['Hi', { maxTokens: 0 }, 'maxTokens'],
  ['Hi', { overlapTokens: -1 }, 'overlapTokens'],
  ['Hi', { task: 'cooking' }, 'task'],
  ['Hi', { size: 3 }, 'size'],
])('%j with %j is refused by name', async (text, options, param) => {
  const error = await catchRejection(
    chunk(text as string, options as ChunkOptions, { plan: planOf(), router: routerOf({}) }),
  );
  expect(error).toMatchObject({ name: 'BadRequestError', param });
});

test("the signal's reason ends it", async () => {
  const reason = new Error('changed my mind');
  const error = await catchRejection(
    chunk('Hi', { signal: AbortSignal.abort(reason) }, { plan: planOf(), router: routerOf({}) }),
  );
  expect(error).toBe(reason);
});
