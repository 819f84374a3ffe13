/** Cuts token ids to a model's limit and keeps the special tokens, which transformers.js drops at the end. */
import type { Truncate } from '../../api/vocabulary.js';

/** The special tokens a tokenizer puts around a text, such as [CLS] and [SEP]. */
export interface SpecialTokens {
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
}

/** Token ids within the limit. */
export interface CutTokens {
  readonly ids: readonly number[];
  readonly truncated: boolean;
}

/**
 * The ids within `limit`, special tokens included in the count and kept.
 *
 * @param ids - with or without special tokens; only those present are kept.
 * @param side - which end of the content is given up. `error` is the caller's to handle: it cuts as `end`.
 */
export function cutTokens(ids: readonly number[], limit: number, side: Truncate, special: SpecialTokens): CutTokens {
  if (ids.length <= limit) return { ids, truncated: false };
  const { prefix, content, suffix } = splitFrame(ids, special);
  const room = Math.max(0, limit - prefix.length - suffix.length);
  const kept = side === 'start' ? content.slice(content.length - room) : content.slice(0, room);
  return { ids: [...prefix, ...kept, ...suffix], truncated: true };
}

/** Ids as the special tokens before the content, as far as they are there, the content, and those after it. */
export function splitFrame(
  ids: readonly number[],
  special: SpecialTokens,
): SpecialTokens & { readonly content: readonly number[] } {
  const prefix = startsWith(ids, special.prefix) ? special.prefix : [];
  const suffix = endsWith(ids, special.suffix) ? special.suffix : [];
  return { prefix, content: ids.slice(prefix.length, ids.length - suffix.length), suffix };
}

function startsWith(ids: readonly number[], part: readonly number[]): boolean {
  return part.every((id, index) => ids[index] === id);
}

function endsWith(ids: readonly number[], part: readonly number[]): boolean {
  return part.every((id, index) => ids[ids.length - part.length + index] === id);
}
