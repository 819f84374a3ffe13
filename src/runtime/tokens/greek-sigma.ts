/** The one letter that JavaScript lower-cases by its place in a word, where the models' own tokenizers don't. */

/**
 * The text with Σ lower-cased for a tokenizer that lower-cases: `toLowerCase()` would make ς of it at the end of a word,
 * and the models were trained with σ.
 *
 * Source: Unicode 16, `SpecialCasing.txt` (Final_Sigma); Hugging Face tokenizers, `Lowercase`, which goes letter by letter.
 */
export function lowerSigma(text: string): string {
  return text.replaceAll('Σ', 'σ');
}

/** Whether a tokenizer lower-cases, by its `tokenizer.json`. */
export function lowerCases(tokenizer: unknown): boolean {
  return normalizerLowerCases((tokenizer as { normalizer?: Normalizer | null }).normalizer);
}

interface Normalizer {
  readonly type?: string;
  readonly lowercase?: boolean;
  readonly normalizers?: readonly Normalizer[];
}

function normalizerLowerCases(normalizer: Normalizer | null | undefined): boolean {
  if (!normalizer) return false;
  if (normalizer.type === 'Sequence') return normalizer.normalizers?.some(normalizerLowerCases) ?? false;
  return normalizer.type === 'Lowercase' || (normalizer.type === 'BertNormalizer' && normalizer.lowercase === true);
}
