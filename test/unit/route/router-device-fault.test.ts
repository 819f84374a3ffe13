import { describe, expect, test } from 'vitest';
import { EmbeddingError } from '../../../src/errors/errors.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeRouter, makeTarget, OPTIONS, REQUEST, ROWS, type FakeTarget } from './support.js';

function countCalls(...targets: readonly FakeTarget[]): number[] {
  return targets.map(({ embed }) => embed.mock.calls.length);
}

describe('a fault of this library on the device', () => {
  const remote: PlannedTarget = {
    id: 'provider',
    kind: 'remote',
    provider: 'openai-compatible',
    host: 'h',
    model: 'm',
    usable: true,
    reason: 'It is asked when this device cannot answer.',
  };

  test('sends no text to a provider, at the same call or the next', async () => {
    const error = new EmbeddingError('internal', 'broken');
    const [device, provider] = [makeTarget(error), makeTarget()];
    const plan = { targets: [makePlanned('device'), remote], ready: () => Promise.resolve() };
    const router = makeRouter(plan, ({ id }) => (id === 'device' ? device : provider));
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toBe(error);
    expect(router.current?.id).toBe('device');
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toBe(error);
    expect(countCalls(device, provider)).toEqual([2, 0]);
  });

  test('lets the other runtime answer', async () => {
    const [kernel, onnx, provider] = [makeTarget(new EmbeddingError('internal', 'broken')), makeTarget(), makeTarget()];
    const targets = [makePlanned('kernel', { runtime: 'kernel' }), makePlanned('onnx'), remote];
    const router = makeRouter({ targets, ready: () => Promise.resolve() }, ({ id }) =>
      id === 'kernel' ? kernel : id === 'onnx' ? onnx : provider,
    );
    await expect(router.embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(countCalls(kernel, onnx, provider)).toEqual([1, 1, 0]);
  });
});
