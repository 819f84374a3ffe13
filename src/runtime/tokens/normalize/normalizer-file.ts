/** Normalizers as tokenizer.json has them. */

/** The fields of a BertNormalizer in tokenizer.json. */
export interface BertNormalizerFile {
  readonly clean_text?: boolean;
  readonly handle_chinese_chars?: boolean;
  readonly strip_accents?: boolean | null;
  readonly lowercase?: boolean;
}

/** A text's form that the next part reads. */
export type Normalize = (text: string) => string;

/** A normalizer in tokenizer.json: what the kinds known here have. */
export interface NormalizerFile extends BertNormalizerFile {
  readonly type: string;
  readonly normalizers?: readonly NormalizerFile[];
  readonly pattern?: { readonly String?: string; readonly Regex?: string };
  readonly content?: string;
  readonly prepend?: string;
  readonly strip_left?: boolean;
  readonly strip_right?: boolean;
  readonly precompiled_charsmap?: string | null;
}

/** One normalizer of a sequence. */
export interface NormalizeStep {
  /** As tokenizer.json names it. */
  readonly type: string;
  readonly normalize: Normalize;
  /** What it puts before a text, where it does nothing else. */
  readonly prepends?: string;
}
