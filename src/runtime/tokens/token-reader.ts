/** Items to the token ids that count: prompt, tokens, limit, and what is wrong with an item. Never runs the model. */
import type { Task } from '../../api/vocabulary.js';
import { BadRequestError, EmbeddingError, ModelLoadError, isEmbeddingError } from '../../errors/errors.js';
import { choosePrompt } from '../../models/prompts.js';
import { maxCharacters, maxNormalized } from '../../models/text-limit.js';
import type { CountRequest, EmbedItem, LoadedModel, TokenCounts, TokenLists } from '../../ports/worker-api.js';
import { cutTokens, splitFrame } from './cut-tokens.js';
import { locateTokens } from './locate-tokens.js';
import { readTokens, type ReadTokens } from './read-tokens.js';
import type { TextTokenizer } from './tokenizer.js';

/** An item's tokens. */
export interface ItemTokens {
  /** Special tokens included, within the model's limit; at least one. */
  readonly ids: readonly number[];
  readonly truncated: boolean;
  /** How many of them come of the item's own text: neither special nor of the prompt, nor blanks by themselves. */
  readonly content: number;
  /** How many of the first stand before that text: the special ones and the prompt's. None where there is no prompt. */
  readonly prompt: number;
  /** How many stand for something that the vocabulary lacks. */
  readonly unknown: number;
}

/** What is read of a loaded model. */
type TokenLimits = Pick<LoadedModel, 'maxTokens' | 'vocabularySize' | 'prompts'>;

/** Reads items for one loaded model. */
export class TokenReader {
  readonly #tokenizer: TextTokenizer;
  readonly #model: TokenLimits;
  /** Prompt → its tokens with the special ones. */
  readonly #frames = new Map<string, number>();

  constructor(tokenizer: TextTokenizer, model: TokenLimits) {
    this.#tokenizer = tokenizer;
    this.#model = model;
  }

  /**
   * @throws EmbeddingError that is about this item alone: BadRequestError `integer_above_max_value`,
   *   `context_length_exceeded` for a text or its prompt, `invalid_value`; ModelLoadError `model_unsupported` for a text that
   *   needs what the model's tokenizer lacks.
   */
  read({ content, task, truncate }: EmbedItem): ItemTokens {
    const { maxTokens } = this.#model;
    const { specialTokens, unknownId, blankId } = this.#tokenizer;
    const prompt = typeof content === 'string' ? this.#findPrompt(task) : '';
    const { ids, isWhole, hasPrompt } =
      typeof content === 'string' ? this.#readText(prompt, content, truncate) : this.#check(content);
    if (truncate === 'error' && (!isWhole || ids.length > maxTokens)) throw tooLong(ids.length, maxTokens, isWhole);
    const cut = cutTokens(ids, maxTokens, truncate, specialTokens);
    const own = splitFrame(cut.ids, specialTokens).content;
    const count = (which: number | undefined): number => own.reduce((sum, id) => (id === which ? sum + 1 : sum), 0);
    const unknown = count(unknownId);
    const lost = !hasPrompt ? Infinity : truncate === 'start' ? ids.length - cut.ids.length : 0;
    const ofPrompt = this.#countPrompt(prompt, lost);
    if (cut.truncated && prompt !== '' && ofPrompt >= own.length) throw this.#tooLongPrompt(task, prompt);
    return {
      ids: cut.ids,
      truncated: cut.truncated || !isWhole,
      content: Math.max(unknown, own.length - count(blankId) - ofPrompt),
      prompt: prompt === '' ? 0 : Math.max(specialTokens.prefix.length, this.#countLead(prompt) - lost),
      unknown,
    };
  }

  /** See `EngineWorkerApi.countTokens`. @throws as {@link read}. */
  count({ texts, task }: CountRequest): TokenCounts {
    const prompt = this.#findPrompt(task);
    return {
      counts: Uint32Array.from(texts, (text) => this.#tokenize(prompt, text, 'end').ids.length),
      frame: this.#countFrame(prompt),
      maxTokens: this.#model.maxTokens,
    };
  }

  /** See `EngineWorkerApi.listTokens`. @throws as {@link read}. */
  list({ texts, task }: CountRequest): TokenLists {
    const { maxTokens } = this.#model;
    const { specialTokens } = this.#tokenizer;
    const prompt = this.#findPrompt(task);
    const lists = texts.map((text) => {
      const { ids, isWhole } = this.#readText(prompt, text, 'end');
      const cut = cutTokens(ids, maxTokens, 'end', specialTokens);
      const ranges = locateTokens(this.#tokenizer, { prompt, text }, cut.ids, maxTokens);
      return { ids: cut.ids, ranges, isCut: cut.truncated || !isWhole };
    });
    return {
      ids: Uint32Array.from(lists.flatMap(({ ids }) => ids)),
      ranges: Uint32Array.from(lists.flatMap(({ ranges }) => ranges)),
      counts: Uint32Array.from(lists, ({ ids }) => ids.length),
      truncated: Uint8Array.from(lists, ({ isCut }) => Number(isCut)),
    };
  }

  #findPrompt(task: Task | undefined): string {
    const prompt = choosePrompt(this.#model.prompts, task);
    if (prompt.length > maxCharacters(this.#model.maxTokens)) throw this.#tooLongPrompt(task);
    return prompt;
  }

  /** Tokens that are the prompt's own, when so many were given up at its start. */
  #countPrompt(prompt: string, lost: number): number {
    return prompt === '' ? 0 : Math.max(0, this.#countFrame(prompt) - this.#countFrame('') - lost);
  }

  /** Every text would have the vector of the prompt, or none. */
  #tooLongPrompt(task: Task | undefined, prompt?: string): EmbeddingError {
    const size = prompt === undefined ? 'more than' : `${this.#countFrame(prompt) - this.#countFrame('')} tokens of`;
    const which = task === undefined ? 'the prompt' : `the prompt of the task '${task}'`;
    const message = `Expected room for the text in 'input', but ${which} has ${size} the ${this.#model.maxTokens} that the model takes. Pass a shorter one in 'prompts', or another task.`;
    return new BadRequestError('context_length_exceeded', message, { param: 'input' });
  }

  /** Tokens that every text has with that prompt. */
  #countFrame(prompt: string): number {
    const { prefix, suffix } = this.#tokenizer.specialTokens;
    // Some tokenizers make a token of no text.
    const known =
      this.#frames.get(prompt) ??
      (prompt === '' ? prefix.length + suffix.length : this.#tokenizer.tokenize(prompt).length);
    this.#frames.set(prompt, known);
    return known;
  }

  /** Tokens before every text with that prompt. Source: sentence-transformers 6.2, `Transformer._get_prompt_length`. */
  #countLead(prompt: string): number {
    return this.#countFrame(prompt) - Math.min(1, this.#tokenizer.specialTokens.suffix.length);
  }

  #readText(prompt: string, text: string, side: EmbedItem['truncate']): ReadTokens {
    const { vocabularySize } = this.#model;
    const tokens = this.#tokenize(prompt, text, side);
    if (tokens.ids.length === 0) {
      const message = `Expected text that has tokens in 'input', but the model's tokenizer makes none of it. Leave out what is blank.`;
      throw new BadRequestError('invalid_value', message, { param: 'input' });
    }
    const outOfRange = tokens.ids.find((id) => id >= vocabularySize);
    if (outOfRange === undefined) return tokens;
    const message = `The model's tokenizer.json gives a text the id ${outOfRange}, but its weights have ids under ${vocabularySize} only: they aren't of one model. Check the model's files, or use another revision.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model' });
  }

  #tokenize(prompt: string, text: string, side: EmbedItem['truncate']): ReadTokens {
    try {
      return readTokens(this.#tokenizer, { prompt, text }, this.#model.maxTokens, side);
    } catch (error) {
      if (isEmbeddingError(error)) throw error;
      // A library's message may quote the text.
      const name = error instanceof Error ? error.name : 'unknown';
      const message = `Expected text that the model's tokenizer can take in 'input', but it failed on ${text.length} characters (${name}). Split the text, above all where there is no blank for long.`;
      throw new BadRequestError('invalid_value', message, { param: 'input' });
    }
  }

  #check(ids: readonly number[]): ReadTokens {
    const { vocabularySize } = this.#model;
    const outOfRange = ids.find((id) => id >= vocabularySize);
    if (outOfRange === undefined) return { ids, isWhole: true, hasPrompt: true };
    const message = `Expected token ids under ${vocabularySize} in 'input', the model's vocabulary, but got ${outOfRange}.`;
    throw new BadRequestError('integer_above_max_value', message, { param: 'input' });
  }
}

function tooLong(tokens: number, most: number, isWhole: boolean): EmbeddingError {
  const characters = `${maxCharacters(most)} characters, ${maxNormalized(most)} in normal form,`;
  const expected = tokens > most || isWhole ? `${most} tokens` : characters;
  const came = isWhole ? String(tokens) : 'more';
  const message = `Expected at most ${expected} in 'input', but got ${came}. Split the text, or pass truncate: 'end'.`;
  return new BadRequestError('context_length_exceeded', message, { param: 'input' });
}
