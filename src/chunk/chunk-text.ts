/** A text in chunks that a model takes whole. Knows sentences and budgets; who counts tokens is its caller's matter. */
import type { ChunkOptions, TextChunk } from '../api/chunks.js';
import type { TokenCounts } from '../ports/worker-api.js';
import type { CountTokens } from '../contract/target.js';
import { BadRequestError } from '../errors/errors.js';
import { measurePieces } from './pieces.js';
import { packPieces } from './pack-pieces.js';

/** Share of a chunk that the next one repeats. */
const OVERLAP = 0.1;

/** Texts of so few characters come again, and are counted once. */
const MAX_REMEMBERED = 32;

/** Work that asks no worker goes on for so long before the page has its turn. */
const TURN_MS = 20;

/**
 * The chunks in order; none of an empty text.
 *
 * @throws BadRequestError when the limits can't be kept; whatever `countTokens` rejects with.
 */
export async function chunkText(text: string, options: ChunkOptions, countTokens: CountTokens): Promise<TextChunk[]> {
  if (text === '') return [];
  const { task = 'document', locale } = options;
  const counter = new Counter((texts) => countTokens({ texts, task }));
  const { frame, maxTokens } = await counter.ask([]);
  const limit = chooseLimit(options.maxTokens, frame, maxTokens);
  const overlap = chooseOverlap(options.overlapTokens, limit, frame);
  const count = (texts: readonly string[]): Promise<readonly number[]> => counter.count(texts);
  const pieces = await measurePieces({
    text,
    locale,
    most: limit - frame,
    count: async (texts) => (await count(texts)).map((tokens) => Math.max(0, tokens - frame)),
  });
  return packPieces(pieces, { text, limit, frame, overlap, count });
}

function chooseLimit(chosen: number | undefined, frame: number, most: number): number {
  if (chosen !== undefined && chosen > most) {
    const message = `Expected at most ${most} in 'maxTokens', the model's limit, but got ${chosen}.`;
    throw new BadRequestError('integer_above_max_value', message, { param: 'maxTokens' });
  }
  const limit = chosen ?? most;
  if (limit > frame) return limit;
  const message = `Expected more than ${frame} in 'maxTokens', which the model's prompt and special tokens take, but got ${limit}.`;
  throw new BadRequestError('integer_below_min_value', message, { param: 'maxTokens' });
}

function chooseOverlap(chosen: number | undefined, limit: number, frame: number): number {
  if (chosen !== undefined && chosen >= limit - frame) {
    const message = `Expected less than ${limit - frame} in 'overlapTokens', the room of a chunk, but got ${chosen}.`;
    throw new BadRequestError('integer_above_max_value', message, { param: 'overlapTokens' });
  }
  return chosen ?? Math.floor((limit - frame) * OVERLAP);
}

/** Counts each text, short ones that come again only once. */
class Counter {
  readonly #ask: (texts: readonly string[]) => Promise<TokenCounts>;
  readonly #known = new Map<string, number>();
  #turnEndsAt = 0;

  constructor(ask: (texts: readonly string[]) => Promise<TokenCounts>) {
    this.#ask = ask;
  }

  ask(texts: readonly string[]): Promise<TokenCounts> {
    return this.#ask(texts);
  }

  async count(texts: readonly string[]): Promise<readonly number[]> {
    const missing = [...new Set(texts.filter((text) => !this.#known.has(text)))];
    if (missing.length === 0) return this.#rest(texts);
    const { counts } = await this.#ask(missing);
    this.#turnEndsAt = performance.now() + TURN_MS;
    const asked = new Map(missing.map((text, index) => [text, counts[index] ?? 0]));
    for (const [text, tokens] of asked) if (text.length <= MAX_REMEMBERED) this.#known.set(text, tokens);
    return texts.map((text) => asked.get(text) ?? this.#known.get(text) ?? 0);
  }

  /** Nothing was waited for: so the page may have had no turn for long. */
  async #rest(texts: readonly string[]): Promise<readonly number[]> {
    if (performance.now() > this.#turnEndsAt) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#turnEndsAt = performance.now() + TURN_MS;
    }
    return texts.map((text) => this.#known.get(text) ?? 0);
  }
}
