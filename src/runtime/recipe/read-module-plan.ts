/** Reads what a model's modules do, from modules.json and the settings of each. */
import type { Activation, DenseModule, ModulePlan, VectorModule } from './module-plan.js';
import { listModules, moduleFile, type ModuleEntry } from '../files/list-modules.js';
import { integer, object, text } from '../files/json-file.js';
import { readPooling } from './read-pooling.js';

/** The content of one of the model's JSON files; undefined when it lacks the file. */
type ReadJson = (path: string) => unknown;

/** Class of torch, without its package → activation. Source: PyTorch 2, `torch.nn.modules`. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Identity: 'identity',
  Tanh: 'tanh',
  ReLU: 'relu',
  Sigmoid: 'sigmoid',
  GELU: 'gelu',
};

/** Modules that choose others by the task. Source: sentence-transformers 2 to 4, `Asym`; 5 and 6, `Router`. */
const ROUTERS = ['Asym', 'Router'];

/** What has been put together so far. */
interface Draft {
  readonly onTokens: VectorModule[];
  readonly onVectors: VectorModule[];
  pooling?: NonNullable<ModulePlan['pooling']>;
  hasRoutes?: boolean;
  obstacle?: string;
}

/**
 * What follows the transformer. Where several things stand in the way, the first is told.
 *
 * Source: sentence-transformers 2 to 6, `forward` of each module.
 */
export function readModulePlan(read: ReadJson): ModulePlan {
  const modules = listModules(read('modules.json'));
  const draft: Draft = { onTokens: [], onVectors: [] };
  if (modules.length === 0) addPooling(draft, object(read('1_Pooling/config.json')));
  if (modules.some(({ type }) => ROUTERS.includes(type))) draft.hasRoutes = true;
  const [first, ...rest] = modules;
  if (first && !first.type.endsWith('Transformer')) draft.obstacle = `begins with its '${first.type}' module`;
  for (const module of rest) addModule(draft, module, object(read(moduleFile(module, 'config.json'))));
  return draft;
}

function addModule(draft: Draft, module: ModuleEntry, config: Readonly<Record<string, unknown>>): void {
  switch (module.type) {
    case 'Pooling':
      addPooling(draft, config);
      break;
    case 'Normalize':
      addVectorModule(draft, module, config, { kind: 'normalize' });
      break;
    case 'LayerNorm':
      addVectorModule(draft, module, config, { kind: 'layer-norm', path: module.path });
      break;
    case 'Dense':
      addVectorModule(draft, module, config, readDense(module, config));
      break;
    case 'Dropout':
      // Only training drops anything.
      break;
    default:
      draft.obstacle ??= `needs its '${module.type}' module`;
  }
}

function addPooling(draft: Draft, config: Readonly<Record<string, unknown>>): void {
  const rule = readPooling(config);
  if (rule === undefined) return;
  const { obstacle, ...pooling } = rule;
  if (obstacle !== undefined) draft.obstacle ??= obstacle;
  if (!('modes' in pooling)) return;
  if (draft.pooling) draft.obstacle ??= 'pools twice';
  else draft.pooling = pooling;
}

function addVectorModule(
  draft: Draft,
  { type }: ModuleEntry,
  config: Readonly<Record<string, unknown>>,
  module: VectorModule | { readonly obstacle: string },
): void {
  const input = text(config['module_input_name']) ?? 'sentence_embedding';
  const output = text(config['module_output_name']) ?? input;
  if ('obstacle' in module) {
    draft.obstacle ??= module.obstacle;
  } else if (output !== input || (input !== 'sentence_embedding' && input !== 'token_embeddings')) {
    draft.obstacle ??= `makes '${output}' of '${input}' in its '${type}' module`;
  } else if (input === 'sentence_embedding') {
    if (draft.pooling) draft.onVectors.push(module);
    else draft.obstacle ??= `has its '${type}' module before pooling`;
  } else if (!draft.pooling) {
    // Whatever is done to token vectors once they are pooled, nobody sees.
    draft.onTokens.push(module);
  }
}

function readDense(
  { path }: ModuleEntry,
  config: Readonly<Record<string, unknown>>,
): DenseModule | { readonly obstacle: string } {
  const inputs = integer(config['in_features']);
  const outputs = integer(config['out_features']);
  if (inputs === undefined || outputs === undefined) {
    return { obstacle: `has a 'Dense' module whose settings don't say how wide it is` };
  }
  // What no file names is Tanh in every release.
  const name = text(config['activation_function']) ?? 'torch.nn.modules.activation.Tanh';
  const activation = name.startsWith('torch.nn.') ? ACTIVATIONS[name.split('.').at(-1) ?? ''] : undefined;
  if (activation === undefined) return { obstacle: `has a 'Dense' module with the activation ${name}` };
  return {
    kind: 'dense',
    path,
    inputs,
    outputs,
    hasBias: config['bias'] !== false,
    activation,
    addsInput: config['use_residual'] === true,
  };
}
