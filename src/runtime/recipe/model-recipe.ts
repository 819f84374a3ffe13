/** What a model's own files say about its use. Reads them leniently: a field that is missing or odd says nothing. */
import { ModelLoadError } from '../../errors/errors.js';
import { integer, object } from '../files/json-file.js';
import { listModules, moduleFile, nameFormerSettings, TRANSFORMER_SETTINGS } from '../files/list-modules.js';
import { readJson, type ModelFiles } from '../files/model-files.js';
import type { ModulePlan } from './module-plan.js';
import { readModulePlan } from './read-module-plan.js';

/** What a model's files say, and nothing else does. */
export interface FileRecipe {
  readonly vocabularySize: number;
  /** What follows the transformer. */
  readonly plan: ModulePlan;
  /** Whether there is a list of modules, so that what it lacks the model lacks. */
  readonly hasModules: boolean;
  /** Numbers a vector is cut to, after everything else. */
  readonly width?: number;
  /** Tokens that count, special tokens included. */
  readonly maxTokens?: number;
  /** The most positions the network was built for, special tokens included. */
  readonly maxPositions?: number;
  /** The tokenizer's own limit: in exports often larger than the model's, so there it counts only where nothing else is known. */
  readonly tokenizerLimit?: number;
  /** Whether texts are turned to lower case before the tokenizer has them. */
  readonly lowercases: boolean;
  /** Prompt name → text put before the input. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** The name of the prompt for inputs without a task. */
  readonly defaultPrompt?: string;
}

/** Position ids of these start after the padding id, which takes two places. Source: transformers 4, `modeling_xlm_roberta.py`. */
const OFFSET_POSITION_TYPES = ['roberta', 'xlm-roberta', 'camembert', 'mpnet'];

/** Tokenizers without a limit say so by an absurdly large one. Source: transformers 4, `VERY_LARGE_INTEGER`. */
const NO_LIMIT = 1e6;

/**
 * What the model's files say.
 *
 * @throws ModelLoadError `model_unsupported` when they say that it is no model of one vector a text.
 */
export function readRecipe(files: ModelFiles): FileRecipe {
  const read = (path: string): Record<string, unknown> => object(readJson(files, path));
  const config = read('config.json');
  const saved = read('config_sentence_transformers.json');
  const modules = listModules(readJson(files, 'modules.json'));
  const settings = moduleFile(modules[0] ?? { path: '' }, TRANSFORMER_SETTINGS);
  const former = files.bytes.has(settings) ? undefined : nameFormerSettings(settings, config);
  const transformer = read(former ?? settings);
  const plan = readModulePlan((path) => readJson(files, path));
  const hasModules = modules.length > 0;
  checkKind(config, saved, transformer, plan);
  const width = integer(saved['truncate_dim']);
  const defaultPrompt = saved['default_prompt_name'];
  return {
    vocabularySize: integer(config['vocab_size']) ?? readVocabularySize(read('tokenizer.json')),
    plan,
    hasModules,
    lowercases: transformer['do_lower_case'] === true,
    ...(width !== undefined && { width }),
    ...readLimits(config, transformer, read('tokenizer_config.json'), hasModules),
    ...readPrompts(saved),
    ...(typeof defaultPrompt === 'string' && { defaultPrompt }),
  };
}

/** Architectures of transformers whose name ends so say something of a text, or of two, but aren't an embedding of it. */
const CLASSIFIER =
  /For(SequenceClassification|TokenClassification|MultipleChoice|QuestionAnswering|NextSentencePrediction)$/;

/**
 * Cross-encoders and models of sparse or of many vectors are saved like any other.
 *
 * Source: sentence-transformers 5.4 to 6.2, `model_type` and `transformer_task`; earlier ones by the architecture alone.
 */
function checkKind(
  { architectures }: Readonly<Record<string, unknown>>,
  { model_type: kind = 'SentenceTransformer' }: Readonly<Record<string, unknown>>,
  { transformer_task: task = 'feature-extraction' }: Readonly<Record<string, unknown>>,
  { pooling }: ModulePlan,
): void {
  if (kind !== 'SentenceTransformer') throw otherKind(`a ${String(kind)}`);
  if (task !== 'feature-extraction') throw otherKind(`made for ${String(task)}`);
  const classifier = Array.isArray(architectures) && architectures.map(String).find((name) => CLASSIFIER.test(name));
  if (typeof classifier === 'string' && !pooling) throw otherKind(`a ${classifier}`);
}

function otherKind(what: string): ModelLoadError {
  const message = `The model's files say that it is ${what}, which gives no single vector of a text. Use an embedding model.`;
  return new ModelLoadError('model_unsupported', message, { param: 'model' });
}

function readLimits(
  config: Readonly<Record<string, unknown>>,
  transformer: Readonly<Record<string, unknown>>,
  tokenizer: Readonly<Record<string, unknown>>,
  hasModules: boolean,
): Pick<FileRecipe, 'maxTokens' | 'maxPositions' | 'tokenizerLimit'> {
  const positions = integer(config['max_position_embeddings']);
  const maxPositions =
    positions !== undefined && OFFSET_POSITION_TYPES.includes(String(config['model_type'])) ? positions - 2 : positions;
  const told = integer(tokenizer['model_max_length']);
  const tokenizerLimit = told !== undefined && told < NO_LIMIT ? told : undefined;
  // What is saved with modules and has no length of its own is cut by its tokenizer: since sentence-transformers 5.4 always.
  const maxTokens = integer(transformer['max_seq_length']) ?? (hasModules ? tokenizerLimit : undefined);
  return {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxPositions !== undefined && { maxPositions }),
    ...(tokenizerLimit !== undefined && { tokenizerLimit }),
  };
}

function readPrompts(config: Readonly<Record<string, unknown>>): { prompts?: Record<string, string> } {
  const prompts = Object.entries(object(config['prompts'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return prompts.length > 0 ? { prompts: Object.fromEntries(prompts) } : {};
}

function readVocabularySize(tokenizer: Readonly<Record<string, unknown>>): number {
  const vocabulary = object(tokenizer['model'])['vocab'];
  return Array.isArray(vocabulary) ? vocabulary.length : Object.keys(object(vocabulary)).length;
}
