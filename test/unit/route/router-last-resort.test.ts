/** Only a provider that nobody can stand in for waits for its server. */
import { expect, test } from 'vitest';
import { EmbeddingError } from '../../../src/errors/errors.js';
import type { PlannedRemote, PlannedTarget } from '../../../src/plan/plan.js';
import { makePlanned, makeRouter, makeTarget, OPTIONS, REQUEST, type FakeTarget } from './support.js';

const REMOTE: PlannedRemote = {
  id: 'remote',
  kind: 'remote',
  provider: 'nugen',
  host: 'h',
  model: 'm',
  usable: true,
  reason: '',
};

/** Whether the provider was told, in each call. */
async function listTold(targets: readonly PlannedTarget[], local: FakeTarget, calls = 1): Promise<boolean[]> {
  const remote = makeTarget();
  const router = makeRouter({ targets, ready: () => Promise.resolve() }, ({ kind }) =>
    kind === 'remote' ? remote : local,
  );
  for (let call = 0; call < calls; call += 1) await router.embed(REQUEST, OPTIONS);
  return remote.embed.mock.calls.map(([, options]) => options.isLastResort === true);
}

const broken = (): FakeTarget => makeTarget(new EmbeddingError('worker_died', 'broken'));

test.each<[what: string, targets: readonly PlannedTarget[], local: FakeTarget, told: boolean]>([
  ['it is alone', [REMOTE], makeTarget(), true],
  ['this device can answer behind it', [REMOTE, makePlanned('local')], makeTarget(), false],
  ['this device has just failed', [makePlanned('local'), REMOTE], broken(), true],
])('a provider is told whether it is the last one: %s', async (_what, targets, local, told) => {
  expect(await listTold(targets, local)).toEqual([told]);
});

test('a device that failed lately and rests behind a provider is no help', async () => {
  expect(await listTold([makePlanned('local'), REMOTE], broken(), 2)).toEqual([true, true]);
});
