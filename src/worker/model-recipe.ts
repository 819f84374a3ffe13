/** What a model's own files say about its use. Reads them leniently: a field that is missing or odd says nothing. */
import type { Pooling } from '../api/vocabulary.js';
import { ModelLoadError } from '../errors/errors.js';
import type { ModelRecipe } from '../protocol/worker-api.js';
import { readJson, type ModelFiles } from './model-files.js';

/** A recipe from a model's files, and what stands in the way of using its token vectors. */
export interface FileRecipe extends ModelRecipe {
  readonly vocabularySize: number;
  /** The most positions the network was built for, special tokens included. */
  readonly maxPositions?: number;
  /** The tokenizer's own limit: often larger than the model's, so it counts only where nothing else is known. */
  readonly tokenizerLimit?: number;
  /** A module after pooling that the graph's token vectors lack, such as a dense layer. */
  readonly unsupportedModule?: string;
}

/**
 * Which sentence-transformers modules this library computes itself.
 *
 * Source: sentence-transformers 5, `modules.json`.
 */
const KNOWN_MODULES = ['Transformer', 'Pooling', 'Normalize'];

/** Position ids of these start after the padding id, which takes two places. Source: transformers 4, `modeling_xlm_roberta.py`. */
const OFFSET_POSITION_TYPES = ['roberta', 'xlm-roberta', 'camembert', 'mpnet'];

/** Tokenizers without a limit say so by an absurdly large one. Source: transformers 4, `VERY_LARGE_INTEGER`. */
const NO_LIMIT = 1e6;

/** What the model's files say. */
export function readRecipe(files: ModelFiles): FileRecipe {
  const config = object(readJson(files, 'config.json'));
  const modules = list(readJson(files, 'modules.json')).map((module) => lastPart(object(module)['type']));
  const pooling = readPooling(object(readJson(files, '1_Pooling/config.json')));
  const positions = integer(config['max_position_embeddings']);
  const maxPositions =
    positions !== undefined && OFFSET_POSITION_TYPES.includes(String(config['model_type'])) ? positions - 2 : positions;
  const maxTokens = integer(object(readJson(files, 'sentence_bert_config.json'))['max_seq_length']);
  const tokenizerLimit = integer(object(readJson(files, 'tokenizer_config.json'))['model_max_length']);
  const unsupportedModule = modules.find((name) => !KNOWN_MODULES.includes(name));
  return {
    vocabularySize: integer(config['vocab_size']) ?? readVocabularySize(files),
    ...(pooling && { pooling }),
    ...(modules.length > 0 && { normalize: modules.includes('Normalize') }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxPositions !== undefined && { maxPositions }),
    ...(tokenizerLimit !== undefined && tokenizerLimit < NO_LIMIT && { tokenizerLimit }),
    ...(unsupportedModule !== undefined && { unsupportedModule }),
    ...readPrompts(object(readJson(files, 'config_sentence_transformers.json'))),
  };
}

/** Source: sentence-transformers 5, `models/Pooling.py`. */
function readPooling(config: Record<string, unknown>): Exclude<Pooling, 'model'> | undefined {
  const modes: [key: string, pooling: Exclude<Pooling, 'model'>][] = [
    ['pooling_mode_mean_tokens', 'mean'],
    ['pooling_mode_cls_token', 'cls'],
    ['pooling_mode_lasttoken', 'last_token'],
  ];
  const chosen = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  if (chosen.length === 0) return undefined;
  if (config['include_prompt'] === false) throw unsupported('leaves the prompt out when it pools');
  const known = modes.find(([key]) => chosen.length === 1 && key === chosen[0]);
  if (known) return known[1];
  throw unsupported(`pools by ${chosen.join(' and ')}`);
}

function unsupported(what: string): ModelLoadError {
  const message = `The model ${what}; this library pools all tokens by mean, CLS or last token. Use another model.`;
  return new ModelLoadError('model_unsupported', message, { param: 'model' });
}

function readPrompts(config: Record<string, unknown>): { prompts?: Record<string, string> } {
  const prompts = Object.entries(object(config['prompts'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return prompts.length > 0 ? { prompts: Object.fromEntries(prompts) } : {};
}

function readVocabularySize(files: ModelFiles): number {
  const vocabulary = object(object(readJson(files, 'tokenizer.json'))['model'])['vocab'];
  return Array.isArray(vocabulary) ? vocabulary.length : Object.keys(object(vocabulary)).length;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function integer(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

function lastPart(value: unknown): string {
  return String(value).split('.').at(-1) ?? '';
}
