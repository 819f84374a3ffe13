/**
 * Texts to token ids without a runtime around it: by `@huggingface/tokenizers`, the library that transformers.js tokenizes
 * with, so that ids are the same, bit for bit. It is a tenth of transformers.js with ONNX Runtime's script, and the
 * worker that must come before the first vector is as much smaller. The only file that imports it.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { findSpecialTokens, type SpecialTokens } from './cut-tokens.js';
import { prepareFor } from './greek-sigma.js';

/** A loaded tokenizer. */
export interface TextTokenizer {
  readonly specialTokens: SpecialTokens;
  /** The ids of a text with its special tokens, not cut. */
  tokenize(text: string): number[];
}

/**
 * @param tokenizer - the content of tokenizer.json.
 * @param config - the content of tokenizer_config.json, where the model has one.
 * @throws whatever the library throws for a tokenizer it doesn't know.
 */
export function openTokenizer(tokenizer: object, config: object = {}): TextTokenizer {
  const prepareText = prepareFor(tokenizer);
  const library = new Tokenizer(tokenizer, config);
  const encode = (text: string, special: boolean): number[] =>
    library.encode(text, { add_special_tokens: special }).ids;
  return {
    specialTokens: findSpecialTokens(encode('a', false), encode('a', true)),
    tokenize: (text) => encode(prepareText(text), true),
  };
}
