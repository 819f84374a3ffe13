/** Unigram: the pieces of a vocabulary whose scores add up to most. */
import { MissingUnknownError, rememberPieces, type TokenModel } from './model.js';
import { byteTokens } from './byte-tokens.js';
import { ROOT, Trie } from './trie.js';

/** The fields of a Unigram model in tokenizer.json that count. */
export interface UnigramFile {
  /** Pieces with their scores, natural logarithms of probabilities; a piece's id is its place. */
  readonly vocab: readonly (readonly [piece: string, score: number])[];
  readonly unk_id?: number | null;
  readonly byte_fallback?: boolean;
}

/** How much less a character that is unknown scores than the rarest piece. Source: Rust's tokenizers, `K_UNK_PENALTY`. */
const UNKNOWN_PENALTY = 10;

/** A way to divide a text up to a place, which no other exceeds. */
interface Ways {
  readonly scores: Float64Array;
  readonly starts: Int32Array;
  readonly ids: Int32Array;
}

/**
 * Scores are added up from the start, and of equal sums the first one found is kept, so that rounding decides as it does in
 * Rust.
 *
 * Source: Kudo, "Subword Regularization", 2018, section 3.2; Viterbi, 1967; Rust's tokenizers, `encode_optimized`.
 */
export function createUnigram({ vocab, unk_id: unknown, byte_fallback: usesBytes = false }: UnigramFile): TokenModel {
  const trie = new Trie(vocab.length);
  const scores = new Float64Array(vocab.length);
  let lowest = Infinity;
  for (const [id, [piece, score]] of vocab.entries()) {
    trie.set(piece, id);
    scores[id] = score;
    if (score < lowest) lowest = score;
  }
  const unknownId = unknown ?? -1;
  const idOf = (token: string): number | undefined => trie.find(token);
  const divide = createDivider(trie, scores, lowest - UNKNOWN_PENALTY, unknownId);
  const bytes = usesBytes ? byteTokens(idOf) : undefined;
  const encode: TokenModel['encode'] = (text, ids, spans) => {
    let start = 0;
    for (const piece of divide(text)) {
      const id = idOf(piece);
      const asBytes = id === undefined ? bytes?.(piece) : undefined;
      if (!asBytes && id === undefined && unknownId < 0) throw new MissingUnknownError();
      for (const each of asBytes ?? [id ?? unknownId]) {
        ids.push(each);
        spans?.push(start, start + piece.length);
      }
      start += piece.length;
    }
  };
  return { ...(unknownId >= 0 && { unknownId }), idOf, encode: rememberPieces(encode) };
}

function createDivider(
  trie: Trie,
  scores: Float64Array,
  unknownScore: number,
  unknownId: number,
): (text: string) => string[] {
  return (text) => {
    const size = text.length + 1;
    const ways: Ways = {
      scores: new Float64Array(size),
      starts: new Int32Array(size).fill(-1),
      ids: new Int32Array(size),
    };
    for (let start = 0; start < text.length;) {
      const next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
      const sum = ways.scores[start] ?? 0;
      let hasOne = false;
      let node: number = ROOT;
      for (let end = start; end < text.length;) {
        node = trie.next(node, text.charCodeAt(end++));
        if (node < 0) break;
        const id = trie.valueAt(node);
        if (id < 0) continue;
        offer(ways, start, end, id, (scores[id] ?? 0) + sum);
        hasOne ||= end === next;
      }
      if (!hasOne && offer(ways, start, next, unknownId, unknownScore + sum) && unknownId < 0)
        throw new MissingUnknownError();
      start = next;
    }
    return trace(text, ways, unknownId);
  };
}

/** Whether the way is better than those before. */
function offer({ scores, starts, ids }: Ways, start: number, end: number, id: number, score: number): boolean {
  if ((starts[end] ?? -1) >= 0 && !(score > (scores[end] ?? 0))) return false;
  scores[end] = score;
  starts[end] = start;
  ids[end] = id;
  return true;
}

/** What is unknown and stands side by side is one piece. */
function trace(text: string, { starts, ids }: Ways, unknownId: number): string[] {
  const pieces: string[] = [];
  let unknownEnd = -1;
  for (let end = text.length; end > 0;) {
    const start = starts[end] ?? 0;
    if (ids[end] === unknownId) {
      if (unknownEnd < 0) unknownEnd = end;
    } else {
      if (unknownEnd >= 0) pieces.push(text.slice(end, unknownEnd));
      unknownEnd = -1;
      pieces.push(text.slice(start, end));
    }
    end = start;
  }
  if (unknownEnd >= 0) pieces.push(text.slice(0, unknownEnd));
  return pieces.reverse();
}
