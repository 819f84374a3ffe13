/** What becomes of the places where a pattern is found. */
import { walkMatches, type Visit } from './pattern.js';
import type { Behaviour, FindNext, Split } from './split-file.js';

/** Source: Rust's tokenizers, `NormalizedString::split`. */
export function splitAt(find: FindNext, behaviour: Behaviour, isInverted: boolean): Split {
  return (text, start, emit) => {
    const cut = (from: number, to: number): void => {
      if (from < to) emit(text.slice(from, to), start + from);
    };
    const visitor = BEHAVIOURS[behaviour](cut, text.length);
    walkMatches(text, find, (from, to, isMatch) => {
      visitor.visit(from, to, isMatch !== isInverted);
    });
    visitor.end?.();
  };
}

type Cut = (from: number, to: number) => void;

interface Visitor {
  readonly visit: Visit;
  readonly end?: () => void;
}

const BEHAVIOURS: Readonly<Record<Behaviour, (cut: Cut, length: number) => Visitor>> = {
  Isolated: (cut) => ({
    visit: (from, to) => {
      cut(from, to);
    },
  }),
  Removed: (cut) => ({
    visit: (from, to, isMatch) => {
      if (!isMatch) cut(from, to);
    },
  }),
  Contiguous: (cut) => joined(cut, (isMatch, wasMatch) => isMatch === wasMatch),
  MergedWithPrevious: (cut) => joined(cut, (isMatch, wasMatch) => isMatch && !wasMatch),
  // Read from the end, a match goes with what is behind it, unless that is one.
  MergedWithNext: (cut, length) => {
    const stretches: (readonly [from: number, isMatch: boolean])[] = [];
    return {
      visit: (from, _, isMatch) => stretches.push([from, isMatch]),
      end: () => {
        const starts = stretches.filter((_, index) => index === 0 || !isBoundBack(stretches, index));
        for (const [index, [from]] of starts.entries()) cut(from, starts[index + 1]?.[0] ?? length);
      },
    };
  },
};

/** Whether the stretch before this one is a match that goes with it. */
function isBoundBack(stretches: readonly (readonly [from: number, isMatch: boolean])[], index: number): boolean {
  return stretches[index - 1]?.[1] === true && stretches[index]?.[1] === false;
}

function joined(cut: Cut, joins: (isMatch: boolean, wasMatch: boolean) => boolean): Visitor {
  let [start, end, wasMatch] = [0, 0, false];
  return {
    visit: (from, to, isMatch) => {
      if (!joins(isMatch, wasMatch)) {
        cut(start, end);
        start = from;
      }
      end = to;
      wasMatch = isMatch;
    },
    end: () => {
      cut(start, end);
    },
  };
}
