/** What a text has to go through before a tokenizer gets it. */
import { lowerCases, lowerSigma } from './greek-sigma.js';
import { orderMarks } from './order-marks.js';

/** Normalizers that make a normal form, before which the order of marks doesn't count. */
const NORMAL_FORMS = new Set(['NFC', 'NFD', 'NFKC', 'NFKD', 'BertNormalizer', 'Precompiled']);

interface Normalizer {
  readonly type?: string;
  readonly normalizers?: readonly Normalizer[];
}

/** By a tokenizer's `tokenizer.json`. */
export function prepareFor(tokenizer: unknown): (text: string) => string {
  const lower = lowerCases(tokenizer) ? lowerSigma : (text: string): string => text;
  const { normalizer } = tokenizer as { normalizer?: Normalizer | null };
  return makesNormalForm(normalizer) ? (text) => lower(orderMarks(text)) : lower;
}

function makesNormalForm(normalizer: Normalizer | null | undefined): boolean {
  if (!normalizer) return false;
  return NORMAL_FORMS.has(normalizer.type ?? '') || (normalizer.normalizers?.some(makesNormalForm) ?? false);
}
