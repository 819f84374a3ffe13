/** Among equal providers the one with the shortest queue comes first. */
import type { Target } from '../contract/target.js';
import { waitUnder } from '../util/deadline.js';
import type { PlannedTarget } from './plan.js';

/**
 * The same targets; where several Infinity servers follow one another, the least busy of them first. Only then are they
 * asked how busy they are: no text is sent for it.
 */
export async function balanceLoad(
  targets: readonly PlannedTarget[],
  find: (planned: PlannedTarget) => Target,
  signal: AbortSignal,
): Promise<readonly PlannedTarget[]> {
  const first = targets.findIndex(tells);
  if (first === -1) return targets;
  const after = targets.findIndex((planned, index) => index > first && !tells(planned));
  const end = after === -1 ? targets.length : after;
  const group = targets.slice(first, end);
  // Those behind a local target or another provider are asked only when it fails.
  if (first > 0 || group.length < 2) return targets;
  const loads = await waitUnder(signal, Promise.all(group.map(async (planned) => find(planned).load?.() ?? Infinity)));
  const order = group.map((planned, index) => ({ planned, load: loads[index] ?? Infinity }));
  // Infinity minus itself is no number, so by comparison.
  order.sort((a, b) => (a.load === b.load ? 0 : a.load < b.load ? -1 : 1));
  return [...order.map(({ planned }) => planned), ...targets.slice(end)];
}

function tells(planned: PlannedTarget): boolean {
  return planned.kind === 'remote' && planned.provider === 'infinity';
}
