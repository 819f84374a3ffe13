/** Where a text's first character is in its normal form, which decides what gets a blank before it. */
import type { NormalizeStep } from './normalize/normalizer-file.js';

/** A text's start, which is all that counts. */
const HEAD = 256;

/**
 * How many units of a text's normal form come from the text's first character: none, when it was left out.
 *
 * Source: Rust's tokenizers, `NormalizedString` (`alignments`, by which `Metaspace` knows the first piece).
 */
export function countFirst(text: string, steps: readonly NormalizeStep[]): number {
  let normal = text.slice(0, HEAD);
  let count = lengthAt(normal);
  for (const step of steps) {
    const before = normal;
    normal = step.normalize(before);
    count = count === 0 ? 0 : countAfter(before.slice(0, count), normal, step);
  }
  return count;
}

function countAfter(first: string, normal: string, { type, normalize, prepends }: NormalizeStep): number {
  if (prepends !== undefined) return prepends.length + first.length;
  const made = normalize(first);
  if (made !== '' && normal.startsWith(made)) return made.length;
  if (normal.startsWith(first)) return first.length;
  // What is left out by a table isn't counted: the next character takes its place. What replaces more has the last one's.
  return type === 'Replace' || (made === '' && type !== 'Precompiled') ? 0 : lengthAt(normal);
}

function lengthAt(text: string): number {
  return text === '' ? 0 : (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
}
