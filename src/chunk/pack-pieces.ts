/** Pieces to chunks: as many in each as fit, counted once more as they stand together. */
import type { TextChunk } from '../api/chunks.js';
import type { Piece } from './pieces.js';

/** What chunks are bounded by. */
export interface PackSettings {
  readonly text: string;
  /** Tokens a chunk may have, with prompt and special tokens. */
  readonly limit: number;
  /** Tokens of prompt and special tokens alone. */
  readonly frame: number;
  /** Tokens that a chunk may repeat of the one before. */
  readonly overlap: number;
  /** Tokens of each text, with prompt and special tokens. */
  readonly count: (texts: readonly string[]) => Promise<readonly number[]>;
}

/** Pieces of a chunk: those from `first` on, which the chunk before has as well before `from`, up to `to`. */
interface Stretch {
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/** So many chunks are counted at once; few, since one that is too long changes all after it. */
const AHEAD = 16;

/**
 * Chunks that hold every piece, in order. Joining texts can change their tokens by some, mostly by none: a chunk that turns
 * out to be too long is made again with so much less, and what was too much is also left free in those after it.
 */
export async function packPieces(pieces: readonly Piece[], settings: PackSettings): Promise<TextChunk[]> {
  const { text, limit, count } = settings;
  const chunks: TextChunk[] = [];
  let before: Stretch | undefined;
  let spare = 0;
  while ((before?.to ?? 0) < pieces.length) {
    const planned = planAhead(pieces, settings, before, spare);
    const texts = planned.map(({ first, to }) => sliceOf(pieces, first, to));
    const counts = await count(texts.map(({ start, end }) => text.slice(start, end)));
    for (const [index, stretch] of planned.entries()) {
      const tokenCount = counts[index] ?? 0;
      const { start, end } = texts[index] ?? { start: 0, end: 0 };
      // One piece by itself has been counted as it is.
      if (tokenCount > limit && stretch.to - stretch.first > 1) {
        spare += tokenCount - limit;
        break;
      }
      chunks.push({ text: text.slice(start, end), start, end, tokenCount });
      before = stretch;
      spare = Math.min(spare, Math.ceil(limit / 20));
    }
  }
  return chunks;
}

function planAhead(
  pieces: readonly Piece[],
  settings: PackSettings,
  before: Stretch | undefined,
  spare: number,
): Stretch[] {
  const planned: Stretch[] = [];
  for (let last = before; planned.length < AHEAD && (last?.to ?? 0) < pieces.length;) {
    last = fill(pieces, settings, last, spare);
    planned.push(last);
  }
  return planned;
}

/** The next chunk: what is repeated, as far as it leaves room for one new piece at least, and what fits behind it. */
function fill(
  pieces: readonly Piece[],
  { limit, frame, overlap }: PackSettings,
  before: Stretch | undefined,
  spare: number,
): Stretch {
  const room = limit - frame - spare;
  const from = before?.to ?? 0;
  const tokensOf = (index: number): number => pieces[index]?.tokens ?? 0;
  let first = from;
  let tokens = tokensOf(from);
  const mayRepeat = (index: number, repeated: number): boolean =>
    index > (before?.first ?? 0) &&
    repeated <= overlap &&
    tokens + tokensOf(index) <= room &&
    isWhole(pieces, index, from);
  for (let repeated = tokensOf(first - 1); mayRepeat(first - 1, repeated); repeated += tokensOf(first - 1)) {
    first -= 1;
    tokens += tokensOf(first);
  }
  let to = from + 1;
  while (to < pieces.length && tokens + tokensOf(to) <= room) tokens += tokensOf(to++);
  return { first, from, to };
}

/** A sentence, or a word of the sentence that the next piece goes on with. */
function isWhole(pieces: readonly Piece[], index: number, next: number): boolean {
  const partOf = pieces[index]?.partOf;
  return partOf === undefined || partOf === pieces[next]?.partOf;
}

function sliceOf(
  pieces: readonly Piece[],
  first: number,
  to: number,
): { readonly start: number; readonly end: number } {
  return { start: pieces[first]?.start ?? 0, end: pieces[to - 1]?.end ?? 0 };
}
