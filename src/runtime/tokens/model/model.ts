/** What makes ids of a piece of text: the last part of a tokenizer that looks at text. */
export interface TokenModel {
  /**
   * Adds the ids of a piece to `ids`; nothing for an empty one.
   *
   * @param spans - an empty list that gets where each token begins and ends in the piece, two numbers a token.
   * @throws MissingUnknownError when the piece has something that the vocabulary lacks, and the model has no id for that.
   */
  encode(piece: string, ids: number[], spans?: Spans): void;
  /** The id of a token; undefined where the vocabulary lacks it. */
  idOf(token: string): number | undefined;
  /** The id of what the vocabulary lacks; absent where there is none. */
  readonly unknownId?: number;
}

/** Where tokens begin and end in a piece, in UTF-16 units: two numbers a token. */
export type Spans = number[];

/** Something isn't in the vocabulary, and there is no id that says so. The message names no text. */
export class MissingUnknownError extends Error {
  override readonly name = 'MissingUnknownError';

  constructor() {
    super('There is no id for what the vocabulary lacks.');
  }
}

/** Remembers the ids of pieces up to this length: words come again and again, and longer ones hardly. */
const MAX_LENGTH = 64;
/** Pieces that are remembered. Source: Rust's tokenizers, `DEFAULT_CACHE_CAPACITY`. */
const MAX_REMEMBERED = 10_000;

/** A model that computes the ids of a piece that comes again only once. */
export function rememberPieces(encode: TokenModel['encode']): TokenModel['encode'] {
  const known = new Map<string, readonly number[]>();
  return (piece, ids, spans) => {
    if (spans || piece.length > MAX_LENGTH) {
      encode(piece, ids, spans);
      return;
    }
    let own = known.get(piece);
    if (own === undefined) {
      const made: number[] = [];
      encode(piece, made);
      own = made;
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(piece, own);
    }
    for (const id of own) ids.push(id);
  };
}
