/** How fast a device is, from a few texts of its own. */
import type { Target } from '../../../contract/target.js';

/** About sixty tokens, as a passage of a note has. */
const TEXT =
  'The museum by the river keeps maps, letters and tools of the town, from the first mill to the last ferry. ' +
  'On Sundays a guide tells how floods changed the streets, and children may print a page on the old press.';
const MANY = 16;

/** A device that is this much slower with one text won't be faster with many. */
const HOPELESS = 16;

/**
 * Tokens per millisecond of a target with several texts at once.
 *
 * @param comparedTo - a speed; when one text shows that this target is far slower, that is the answer.
 */
export async function calibrate(embed: Target['embed'], comparedTo = 0): Promise<number> {
  const run = async (count: number): Promise<number> => {
    const inputs = new Array<string>(count).fill(TEXT);
    const { signal } = new AbortController();
    const startedAt = performance.now();
    const { totalTokens } = await embed({ inputs, truncate: 'end' }, { signal, priority: 'interactive' });
    const elapsedMs = Math.max(performance.now() - startedAt, 0.01);
    return totalTokens / elapsedMs;
  };
  // Every first run of a shape compiles.
  await run(1);
  const single = await run(1);
  if (single * HOPELESS < comparedTo) return single;
  await run(MANY);
  return Math.max(single, await run(MANY));
}
