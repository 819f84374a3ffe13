/** A text in pieces that are never cut: sentences, the words of those that are too long, and graphemes of such words. */
import { BadRequestError, EmbeddingError } from '../errors/errors.js';

/** A stretch of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch that isn't cut. */
export interface Piece extends Span {
  /** Its tokens by itself, without prompt and special tokens. */
  readonly tokens: number;
  /** Which sentence it is of, when it is only a part of one. */
  readonly partOf?: number;
}

/** What pieces are measured by. */
export interface PieceSettings {
  readonly text: string;
  readonly locale: string | undefined;
  /** Tokens a piece may have. */
  readonly most: number;
  /** Tokens of each text, without prompt and special tokens. */
  readonly count: (texts: readonly string[]) => Promise<readonly number[]>;
}

/** What a piece is split into when it has too many tokens. */
const LEVELS = ['sentence', 'word', 'grapheme'] as const;

/** So many are counted at once, of so many characters together: a few milliseconds of a worker's time. */
const MAX_AT_ONCE = 256;
const MAX_CHARACTERS = 16_384;

/**
 * A piece with more characters a token isn't counted but split at once: tokenizers may take long for what nobody needs to
 * know, and words that turn out to be few tokens are put together again.
 */
const CHARACTERS_PER_TOKEN = 16;

/**
 * The text in order, every character of it once.
 *
 * @throws BadRequestError `context_length_exceeded` when a single grapheme has more tokens than fit; `invalid_value` for a
 *   locale that isn't one.
 */
export async function measurePieces(settings: PieceSettings): Promise<Piece[]> {
  const pieces: Piece[] = [];
  await addPieces(settings, { start: 0, end: settings.text.length }, 0, pieces);
  return pieces;
}

async function addPieces(settings: PieceSettings, whole: Span, level: number, pieces: Piece[]): Promise<void> {
  const { text, most, count } = settings;
  for (const spans of inWindows(split(settings, whole, level))) {
    const isCounted = ({ start, end }: Span): boolean => end - start <= most * CHARACTERS_PER_TOKEN;
    const counts = await count(spans.filter(isCounted).map(({ start, end }) => text.slice(start, end)));
    let counted = 0;
    for (const span of spans) {
      const tokens = isCounted(span) ? (counts[counted++] ?? 0) : Infinity;
      if (tokens <= most) pieces.push({ ...span, tokens, ...(level > 0 && { partOf: whole.start }) });
      else if (level + 1 < LEVELS.length) await addPieces(settings, span, level + 1, pieces);
      else throw tooLong(span, most);
    }
  }
}

/** What a stretch falls into on a level; what stands between words goes with the word before it. */
function* split({ text, locale }: PieceSettings, { start, end }: Span, level: number): Generator<Span> {
  const segments = openSegmenter(locale, LEVELS[level]).segment(text.slice(start, end));
  let from = start;
  let hasWord = false;
  for (const { index, isWordLike } of segments) {
    const isNext = LEVELS[level] !== 'word' || (isWordLike === true && hasWord);
    if (isNext && start + index > from) {
      yield { start: from, end: start + index };
      from = start + index;
    }
    hasWord ||= isWordLike === true;
  }
  if (from < end) yield { start: from, end };
}

function openSegmenter(locale: string | undefined, granularity: (typeof LEVELS)[number] | undefined): Intl.Segmenter {
  // TypeScript knows no browser without it.
  if (typeof (Intl.Segmenter as unknown) !== 'function') {
    const message = `Expected a browser that knows where sentences end (Intl.Segmenter), but this one doesn't. Use a newer one, or split texts yourself.`;
    throw new EmbeddingError('device_unsupported', message);
  }
  try {
    return new Intl.Segmenter(locale, granularity && { granularity });
  } catch (cause) {
    const message = `Expected 'locale' to be a language tag such as 'en', but this browser doesn't take it.`;
    throw new BadRequestError('invalid_value', message, { param: 'locale', cause });
  }
}

/** Looked for only as far as they are counted, so that no task of the page's thread is long. */
function* inWindows(spans: Iterable<Span>): Generator<Span[]> {
  let window: Span[] = [];
  let characters = 0;
  for (const span of spans) {
    window.push(span);
    characters += span.end - span.start;
    if (window.length < MAX_AT_ONCE && characters < MAX_CHARACTERS) continue;
    yield window;
    window = [];
    characters = 0;
  }
  if (window.length > 0) yield window;
}

function tooLong({ start, end }: Span, most: number): BadRequestError {
  const message = `Expected every character to fit a chunk, but the one at ${start} to ${end} has more than ${most} tokens. Raise 'maxTokens', or take it out.`;
  return new BadRequestError('context_length_exceeded', message, { param: 'text' });
}
