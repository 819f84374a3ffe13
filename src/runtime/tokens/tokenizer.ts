/**
 * Texts to token ids, for every runtime: by `@huggingface/tokenizers`, the library that transformers.js tokenizes with, so
 * that ids are the same, bit for bit. It is a tenth of transformers.js with ONNX Runtime's script, and the worker that must
 * come before the first vector is as much smaller. The only file that imports it.
 */
import { Tokenizer, Unigram } from '@huggingface/tokenizers';
import { ModelLoadError } from '../../errors/errors.js';
import { checkVocabulary } from './check-vocabulary.js';
import { findSpecialTokens, type SpecialTokens } from './cut-tokens.js';
import { prepareFor } from './prepare-text.js';
import { readJson, type ModelFiles } from '../files/model-files.js';
import { createDivider } from './unigram.js';

/** A loaded tokenizer. */
export interface TextTokenizer {
  readonly specialTokens: SpecialTokens;
  /** The id of what the vocabulary lacks; absent where it lacks nothing, or leaves out what it doesn't know. */
  readonly unknownId?: number;
  /** The id of a blank by itself, where the vocabulary has one: it stands before a word that is unknown, too. */
  readonly blankId?: number;
  /** The id for padding; absent where the tokenizer has none. */
  readonly paddingId?: number;
  /** Characters of the longest word that isn't unknown by its length alone, where there is such a limit. */
  readonly longestWord?: number;
  /**
   * Whether a text's end may have other tokens by itself: it is cut every so many characters, or scores are added up from the
   * start, and of two ways with the same score the rounding of the sums decides.
   */
  readonly countsFromStart?: boolean;
  /** Characters that a text has in the tokenizer's normal form, about; absent where it has none. */
  countNormalized?(text: string): number;
  /**
   * The ids of a text with its special tokens, not cut.
   *
   * @throws ModelLoadError `model_unsupported` for a text with something unknown, of a tokenizer that has no id for that;
   *   whatever the library throws for a text that is too much for it.
   */
  tokenize(text: string): number[];
}

/** What is read of a tokenizer.json, whose other fields are the library's matter. */
interface TokenizerFile {
  readonly model?: {
    readonly type?: unknown;
    readonly unk_token?: unknown;
    readonly max_input_chars_per_word?: unknown;
  };
  readonly pre_tokenizer?: PreTokenizer | null;
}

interface PreTokenizer {
  readonly type?: unknown;
  readonly pretokenizers?: readonly PreTokenizer[];
}

/** What SentencePiece writes for a blank. */
const BLANK = '\u2581';

/** What the library wants to be there. Source: Rust's tokenizers, which takes an absent field for none. */
const ABSENT = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

/** The tokenizer among a model's files. @throws as {@link openTokenizer}. */
export function openModelTokenizer(files: ModelFiles): TextTokenizer {
  const config = readJson(files, 'tokenizer_config.json') as object | undefined;
  return openTokenizer(readJson(files, 'tokenizer.json') as object, config, files.url('tokenizer.json'));
}

/**
 * Opens a tokenizer.
 *
 * @param tokenizer - the content of tokenizer.json.
 * @param config - the content of tokenizer_config.json, where the model has one.
 * @param url - of tokenizer.json, for errors.
 * @throws ModelLoadError `model_unsupported` for a kind of tokenizer that the library doesn't know, with its name;
 *   `model_file_damaged` for a vocabulary that can't be.
 */
export function openTokenizer(tokenizer: object, config: object = {}, url = 'tokenizer.json'): TextTokenizer {
  checkVocabulary(tokenizer, url);
  const library = open(tokenizer, config, url);
  tameUnigram(library);
  const { model = {}, pre_tokenizer: preTokenizer } = tokenizer as TokenizerFile;
  const { max_input_chars_per_word: longestWord } = model;
  const unknownId: unknown = library.model?.unk_token_id;
  const paddingId = findPadding(library, config);
  const blankId = library.token_to_id(BLANK);
  const prepareText = prepareFor(tokenizer);
  const { normalizer } = library;
  const encode = (text: string, special: boolean): number[] => {
    const { ids } = library.encode(text, { add_special_tokens: special });
    if (ids.every(Number.isInteger)) return ids;
    const kind = typeof model.type === 'string' ? ` (${model.type})` : '';
    const message = `The model's tokenizer${kind} has no id for what isn't in its vocabulary, which the text needs: expected ${url} to name an unknown token that its vocabulary has, but got '${String(model.unk_token)}'. Use another model.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model', url });
  };
  return {
    specialTokens: findSpecialTokens(encode('a', false), encode('a', true)),
    ...(typeof unknownId === 'number' && { unknownId }),
    ...(blankId !== undefined && { blankId }),
    ...(paddingId !== undefined && { paddingId }),
    ...(typeof longestWord === 'number' && { longestWord }),
    ...((library.model instanceof Unigram || hasFixedLength(preTokenizer)) && { countsFromStart: true }),
    ...(normalizer && { countNormalized: (text) => normalizer.normalize(prepareText(text)).length }),
    tokenize: (text) => encode(prepareText(text), true),
  };
}

function open(tokenizer: object, config: object, url: string): Tokenizer {
  const { type, unk_token: unknown } = (tokenizer as TokenizerFile).model ?? {};
  try {
    // It looks for the unknown token of this kind in the other file, which may lack it.
    return new Tokenizer(
      { ...ABSENT, ...tokenizer },
      type === 'WordLevel' ? { ...config, unk_token: unknown } : config,
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const [, part, name] = /^Unknown (\w+) type: (.*)$/.exec(reason) ?? [];
    const why =
      part === undefined ? reason : `it has a ${PARTS[part] ?? part} '${String(name)}', which isn't known here`;
    const message = `This library can't open the model's tokenizer in ${url}: ${why}. Use another model, or another export of it.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model', url, cause });
  }
}

/**
 * The library divides a text slowly, joins what is unknown by looking the growing text up again and again, which takes hours
 * for a long one, and hands a text's tokens over as arguments, of which there may only be so many. What comes out is the same.
 */
function tameUnigram(library: Tokenizer): void {
  const { model } = library;
  if (!(model instanceof Unigram)) return;
  const { tokens_to_ids: ids, unk_token_id: unknownId } = model;
  const divide = createDivider(model);
  const isUnknown = (token: string | undefined): boolean =>
    token !== undefined && (ids.get(token) ?? unknownId) === unknownId;
  model._call = (pieces) => {
    const tokens = pieces.flatMap(divide);
    return tokens.filter((token, index) => !(isUnknown(token) && isUnknown(tokens[index - 1])));
  };
}

function hasFixedLength(preTokenizer: PreTokenizer | null | undefined): boolean {
  return preTokenizer?.type === 'FixedLength' || preTokenizer?.pretokenizers?.some(hasFixedLength) === true;
}

/** What the library calls the parts of a tokenizer, and how their fields are called. */
const PARTS: Readonly<Record<string, string>> = {
  Normalizer: 'normalizer',
  PreTokenizer: 'pre_tokenizer',
  PostProcessor: 'post_processor',
  Decoder: 'decoder',
  TokenizerModel: 'model',
};

/** Source: transformers.js 4.3.1, `PreTrainedTokenizer`. */
function findPadding(library: Tokenizer, config: object): number | undefined {
  const { pad_token: padding, eos_token: end } = config as {
    readonly pad_token?: unknown;
    readonly eos_token?: unknown;
  };
  const named = padding ?? end;
  const token = typeof named === 'object' && named !== null && 'content' in named ? named.content : named;
  return typeof token === 'string' ? library.token_to_id(token) : undefined;
}
