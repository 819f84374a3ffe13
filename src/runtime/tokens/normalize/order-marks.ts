/** Long runs of combining marks, put into the order that normal forms have, which engines take minutes for. */
import { remember } from '../remember.js';

/** Longer runs than any writing has. Source: UAX #15, section 13: 30 already aren't natural. */
const LONG_RUN = /\p{M}{256,}/gu;
/** The mark that no other comes after. Source: Unicode 16, class 240. */
const LAST_MARK = '\u0345';

/**
 * A canonically equivalent text: every normal form of it is the same. Engines insert one mark after the other into a run, so
 * that 131,072 of them in a bad order take more than a minute. Texts without such runs stay as they are.
 */
export function orderMarks(text: string): string {
  return text.replace(LONG_RUN, (run) => orderRun(run));
}

/** Marks of class 0 stay where they are, and no others pass them. */
function orderRun(run: string): string {
  const comesAfter = remember((pair) => pair.normalize('NFD') !== pair);
  const moves = remember((mark) => mark === LAST_MARK || comesAfter(LAST_MARK + mark));
  const ordered: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    // Marks of one class keep their order: the sort is stable.
    open.sort((one, other) => Number(comesAfter(one + other)) - Number(comesAfter(other + one)));
    for (const mark of open) ordered.push(mark);
    open = [];
  };
  for (const mark of decompose(run)) {
    if (moves(mark)) open.push(mark);
    else {
      close();
      ordered.push(mark);
    }
  }
  close();
  return ordered.join('');
}

/** One by one, since a whole run is what takes so long. */
function* decompose(run: string): Generator<string> {
  for (const mark of run) yield* mark.normalize('NFD');
}
