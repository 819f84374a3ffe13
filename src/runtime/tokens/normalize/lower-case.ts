/** Lower case letter by letter, as Rust does it. */

/**
 * `toLowerCase()` looks at a word's end for one letter alone and makes ς of Σ there; models were trained with σ.
 *
 * Source: Unicode 16, `SpecialCasing.txt` (Final_Sigma); Rust's tokenizers, `NormalizedString::lowercase`.
 */
export function lowerCase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}
