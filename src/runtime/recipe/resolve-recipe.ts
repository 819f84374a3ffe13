/** Puts together what is known of a model's use: what the model's files say, the registry where they don't, the app's choices. */
import type { Pooling, PromptSet } from '../../api/vocabulary.js';
import { BadRequestError, ModelLoadError } from '../../errors/errors.js';
import { resolvePrompts } from '../../models/prompts.js';
import { findModelUse } from '../../models/model-use.js';
import type { ModelUse } from '../../models/record.js';
import type { ChosenRecipe, LoadRequest, Scale } from '../../ports/worker-api.js';
import type { OutputChoice } from './graph-output.js';
import type { FileRecipe } from './model-recipe.js';
import { describePlan, endsInNormalize, type ModulePlan, type PoolingRule } from './module-plan.js';

/** Everything that decides how a text becomes a vector. */
export interface ResolvedRecipe {
  /** What follows the graph: nothing but scaling where it pools by itself. */
  readonly plan: ModulePlan;
  /** The plan in a word, for the space; `model` when the graph itself pools. */
  readonly pooling: string;
  readonly scale: Scale;
  /** Numbers a vector is cut to. */
  readonly width?: number;
  /** The width that the graph's own vectors have when every module is in it; absent where nothing tells. */
  readonly pooledWidth?: number;
  readonly maxTokens: number;
  readonly vocabularySize: number;
  readonly lowercases: boolean;
  readonly prompts: PromptSet;
}

/** For a model that states no limit at all. */
const DEFAULT_MAX_TOKENS = 512;

/**
 * The recipe to embed by.
 *
 * @param output - the graph's output that is used.
 * @throws ModelLoadError `model_unsupported` when the model's way of pooling is unknown or not ours to compute.
 * @throws BadRequestError `integer_above_max_value` when `maxTokens` is over what the network takes; `unsupported_parameter`
 *   when `pooling` contradicts the model.
 */
export function resolveRecipe(
  { canonicalName, chosen }: Pick<LoadRequest, 'canonicalName' | 'chosen'>,
  recipe: FileRecipe,
  output: OutputChoice,
): ResolvedRecipe {
  const known = findModelUse(canonicalName);
  if (known) checkIsKnown(canonicalName, recipe.plan);
  const prompts = choosePrompts(chosen, recipe, known);
  if (output.isPooled && recipe.plan.hasRoutes === true) {
    const message = `The model's files say that queries and documents take different ways through its modules, but its graph has one output for both. Use a model with one way for all texts.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model' });
  }
  if (output.isPooled && leavesPromptOut(recipe, prompts)) {
    throw unsupported(`The model leaves its prompts out when it pools, and its graph's one output can't`);
  }
  const plan = output.isPooled
    ? choosePooledPlan(recipe, known, chosen.pooling)
    : choosePlan(recipe, known, chosen.pooling, output);
  const lastDense = recipe.plan.onVectors.findLast((module) => module.kind === 'dense');
  return {
    plan,
    pooling: output.isPooled ? 'model' : describePlan(plan),
    scale: chosen.normalize !== false ? 'unit' : endsInNormalize(plan) ? 'unit-uncut' : 'none',
    ...(recipe.width !== undefined && { width: recipe.width }),
    ...(output.isPooled && lastDense && { pooledWidth: lastDense.outputs }),
    maxTokens: chooseMaxTokens(chosen.maxTokens, recipe, known),
    vocabularySize: recipe.vocabularySize,
    lowercases: recipe.lowercases,
    prompts,
  };
}

/**
 * Files win over what is known of a model; but no known model joins vectors or leaves its prompts out, so that files which do
 * so are another model's, under its name and in its space.
 */
function checkIsKnown(canonicalName: string, { pooling }: ModulePlan): void {
  if (!pooling || (pooling.modes.length === 1 && pooling.includesPrompt)) return;
  const how = `pools by ${pooling.modes.join(' and ')}${pooling.includesPrompt ? '' : ' without its prompts'}`;
  const message = `The model's files say that it ${how}, which '${canonicalName}' doesn't: they are of another model. Use an id of its own.`;
  throw new ModelLoadError('model_unsupported', message, { param: 'model' });
}

/** Whether token vectors must be taken, although the graph may pool: it can't know which tokens are the prompt's. */
export function needsTokenVectors(
  { canonicalName, chosen }: Pick<LoadRequest, 'canonicalName' | 'chosen'>,
  recipe: FileRecipe,
): boolean {
  return leavesPromptOut(recipe, choosePrompts(chosen, recipe, findModelUse(canonicalName)));
}

function leavesPromptOut({ plan }: FileRecipe, prompts: PromptSet): boolean {
  return plan.pooling?.includesPrompt === false && Object.keys(prompts).length > 0;
}

function choosePlan(
  recipe: FileRecipe,
  known: ModelUse | undefined,
  chosen: Exclude<Pooling, 'model'> | undefined,
  output: OutputChoice,
): ModulePlan {
  const { plan } = recipe;
  if (plan.obstacle !== undefined) throw unsupported(`The model ${plan.obstacle}`);
  if (plan.onTokens.length > 0 && output.name !== 'last_hidden_state') {
    throw unsupported(
      `The model's modules change token vectors before pooling, and '${output.name}' doesn't say whether that is done`,
    );
  }
  const filled = plan.pooling ? undefined : (chosen ?? (recipe.hasModules ? undefined : known?.pooling));
  const pooling = plan.pooling ?? toRule(filled);
  if (!pooling) {
    throw new ModelLoadError(
      'model_unsupported',
      `The model's files don't say how its token vectors are pooled. Pass pooling: 'mean', 'cls' or 'last_token', as its maker says.`,
      { param: 'pooling' },
    );
  }
  if (chosen !== undefined) checkChosenPooling(chosen, pooling);
  return addNormalize({ ...plan, pooling }, recipe, known);
}

/** The graph's own pooling wins, since it includes every module that the model's maker put there. */
function choosePooledPlan(recipe: FileRecipe, known: ModelUse | undefined, chosen: Pooling | undefined): ModulePlan {
  if (chosen !== undefined) {
    throw new BadRequestError('unsupported_parameter', `The model's graph pools by itself; leave 'pooling' out.`, {
      param: 'pooling',
    });
  }
  // Scaling once more changes nothing, and exports exist that lack it.
  return addNormalize(
    { onTokens: [], onVectors: endsInNormalize(recipe.plan) ? [{ kind: 'normalize' }] : [] },
    recipe,
    known,
  );
}

/** Files without modules can't say that vectors are scaled, but the registry may know. */
function addNormalize(plan: ModulePlan, { hasModules }: FileRecipe, known: ModelUse | undefined): ModulePlan {
  if (hasModules || known?.normalize !== true) return plan;
  return { ...plan, onVectors: [...plan.onVectors, { kind: 'normalize' }] };
}

function toRule(pooling: Pooling | undefined): PoolingRule | undefined {
  return pooling === undefined || pooling === 'model' ? undefined : { modes: [pooling], includesPrompt: true };
}

function checkChosenPooling(chosen: Pooling, { modes }: PoolingRule): void {
  if (modes.length === 1 && modes[0] === chosen) return;
  throw new BadRequestError(
    'unsupported_parameter',
    `The model's files say that it pools by ${modes.join(' and ')}, not by ${chosen}. Leave 'pooling' out.`,
    { param: 'pooling' },
  );
}

function choosePrompts(chosen: ChosenRecipe, recipe: FileRecipe, known: ModelUse | undefined): PromptSet {
  const { prompts: files = {}, defaultPrompt: defaultName } = recipe;
  if (defaultName !== undefined && !Object.hasOwn(files, defaultName)) {
    throw unsupported(`The model's files name '${defaultName}' as the prompt for every text, and don't have it`);
  }
  return resolvePrompts({ chosen: chosen.prompts, files, defaultName, known: known && (known.prompts ?? {}) });
}

/** The app's limit if it fits, else the model's own, what is known of it, the tokenizer's; never over what the network takes. */
function chooseMaxTokens(chosen: number | undefined, recipe: FileRecipe, known: ModelUse = {}): number {
  const most = Math.min(recipe.maxPositions ?? Infinity, known.hardLimitTokens ?? Infinity);
  if (chosen !== undefined && chosen > most) {
    throw new BadRequestError(
      'integer_above_max_value',
      `Expected 'maxTokens' of at most ${String(most)}, which the model was built for, but got ${String(chosen)}.`,
      { param: 'maxTokens' },
    );
  }
  const limit = chosen ?? recipe.maxTokens ?? known.maxTokens ?? known.hardLimitTokens ?? recipe.tokenizerLimit;
  return Math.min(limit ?? DEFAULT_MAX_TOKENS, most);
}

function unsupported(what: string): ModelLoadError {
  const message = `${what}, which this library doesn't compute. Use an export with a sentence_embedding output.`;
  return new ModelLoadError('model_unsupported', message, { param: 'model' });
}
