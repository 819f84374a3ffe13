/** A model's tokenizer: texts to token ids with the special tokens, for every runtime. */
import { ModelLoadError } from '../../errors/errors.js';
import { toWellFormed } from '../../util/well-formed.js';
import { readJson, type ModelFiles } from '../files/model-files.js';
import { checkVocabulary } from './check-vocabulary.js';
import type { SpecialTokens } from './cut-tokens.js';
import { MissingUnknownError } from './model/model.js';
import { TokenPipeline, type TokenizerFile } from './pipeline.js';
import type { SplitFile } from './split/split-file.js';

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
   *   .
   */
  tokenize(text: string): number[];
  /** The same ids, and where each token begins and ends in the text: two numbers a token. @throws as {@link tokenize}. */
  locate(text: string): { readonly ids: readonly number[]; readonly ranges: readonly number[] };
}

/** What SentencePiece writes for a blank. */
const BLANK = '\u2581';

/** The tokenizer among a model's files. @throws as {@link openTokenizer}. */
export function openModelTokenizer(files: Pick<ModelFiles, 'bytes' | 'url'>): TextTokenizer {
  const config = readJson(files, 'tokenizer_config.json') as object | undefined;
  return openTokenizer(readJson(files, 'tokenizer.json') as object, config, files.url('tokenizer.json'));
}

/**
 * Opens a tokenizer.
 *
 * @param tokenizer - the content of tokenizer.json.
 * @param config - the content of tokenizer_config.json, where the model has one.
 * @param url - of tokenizer.json, for errors.
 * @throws ModelLoadError `model_unsupported` for a kind of tokenizer that isn't known here, with its name;
 *   `model_file_damaged` for a vocabulary that can't be.
 */
export function openTokenizer(tokenizer: object, config: object = {}, url = 'tokenizer.json'): TextTokenizer {
  checkVocabulary(tokenizer, url);
  const file = tokenizer as TokenizerFile;
  const pipeline = open(file, url);
  const { unknownId } = pipeline.model;
  const { type, unk_token: unknown, max_input_chars_per_word: longestWord } = file.model;
  const paddingId = findPadding(pipeline, config);
  const blankId = pipeline.idOf(BLANK);
  const attempt = <T>(encode: () => T): T => {
    try {
      return encode();
    } catch (error) {
      throw error instanceof MissingUnknownError ? lacksUnknown(type, unknown, url) : error;
    }
  };
  return {
    specialTokens: { prefix: pipeline.frame.before, suffix: pipeline.frame.behind },
    ...(unknownId !== undefined && { unknownId }),
    ...(blankId !== undefined && { blankId }),
    ...(paddingId !== undefined && { paddingId }),
    ...(typeof longestWord === 'number' && { longestWord }),
    ...((Array.isArray(file.model.vocab) || hasFixedLength(file.pre_tokenizer)) && { countsFromStart: true }),
    ...(pipeline.hasNormalizer && { countNormalized: (text) => pipeline.normalize(text).length }),
    tokenize: (text) => attempt(() => pipeline.encode(toWellFormed(text))),
    locate: (text) => attempt(() => pipeline.encodeWithRanges(toWellFormed(text))),
  };
}

function open(file: TokenizerFile, url: string): TokenPipeline {
  try {
    return new TokenPipeline(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `This library can't open the model's tokenizer in ${url}: ${reason}. Use another model, or another export of it.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model', url, cause });
  }
}

function lacksUnknown(type: unknown, unknown: unknown, url: string): ModelLoadError {
  const kind = typeof type === 'string' ? ` (${type})` : '';
  const message = `The model's tokenizer${kind} has no id for what isn't in its vocabulary, which the text needs: expected ${url} to name an unknown token that its vocabulary has, but got '${String(unknown)}'. Use another model.`;
  return new ModelLoadError('model_unsupported', message, { param: 'model', url });
}

function hasFixedLength(split: SplitFile | null | undefined): boolean {
  return split?.type === 'FixedLength' || split?.pretokenizers?.some(hasFixedLength) === true;
}

/** Source: transformers.js 4.3.1, `PreTrainedTokenizer`. */
function findPadding(pipeline: TokenPipeline, config: object): number | undefined {
  const { pad_token: padding, eos_token: end } = config as {
    readonly pad_token?: unknown;
    readonly eos_token?: unknown;
  };
  const named = padding ?? end;
  const token = typeof named === 'object' && named !== null && 'content' in named ? named.content : named;
  return typeof token === 'string' ? pipeline.idOf(token) : undefined;
}
