/** Puts together what is known of a model's use: what the app chose, the model's files, the registry, in this order. */
import type { Pooling } from '../api/vocabulary.js';
import { BadRequestError, ModelLoadError } from '../errors/errors.js';
import { findRecipe } from '../models/recipes.js';
import type { LoadRequest, ModelRecipe } from '../protocol/worker-api.js';
import type { FileRecipe } from './model-recipe.js';

/** Everything that decides how a text becomes a vector. */
export interface ResolvedRecipe {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  readonly maxTokens: number;
  readonly vocabularySize: number;
  readonly prompts: Readonly<Record<string, string>>;
}

/** For a model that states no limit at all. */
const DEFAULT_MAX_TOKENS = 512;

/**
 * The recipe to embed by.
 *
 * @param poolsItself - whether the graph has a `sentence_embedding` output.
 * @throws ModelLoadError `model_unsupported` when the model's way of pooling is unknown or not ours to compute.
 * @throws BadRequestError `integer_above_max_value` when `maxTokens` is over what the network was built for.
 */
export function resolveRecipe(
  { canonicalName, chosen }: Pick<LoadRequest, 'canonicalName' | 'chosen'>,
  recipe: FileRecipe,
  poolsItself: boolean,
): ResolvedRecipe {
  const known = findRecipe(canonicalName);
  const merged = { ...known, ...recipe, ...chosen };
  return {
    pooling: choosePooling(poolsItself, recipe, merged.pooling, chosen.pooling !== undefined),
    normalize: merged.normalize ?? true,
    maxTokens: chooseMaxTokens(chosen.maxTokens, recipe, known),
    vocabularySize: recipe.vocabularySize,
    prompts: merged.prompts ?? {},
  };
}

/** The graph's own pooling wins, since it includes every module that the model's maker put there. */
function choosePooling(
  poolsItself: boolean,
  recipe: FileRecipe,
  pooling: Pooling | undefined,
  isChosen: boolean,
): Pooling {
  if (poolsItself && !isChosen) return 'model';
  if (poolsItself) {
    throw new BadRequestError('unsupported_parameter', `The model's graph pools by itself; leave 'pooling' out.`, {
      param: 'pooling',
    });
  }
  if (recipe.unsupportedModule !== undefined) {
    throw new ModelLoadError(
      'model_unsupported',
      `The model needs its '${recipe.unsupportedModule}' module after pooling, which its graph lacks. Use an export with a sentence_embedding output.`,
      { param: 'model' },
    );
  }
  if (pooling !== undefined && pooling !== 'model') return pooling;
  throw new ModelLoadError(
    'model_unsupported',
    `The model's files don't say how its token vectors are pooled. Pass pooling: 'mean', 'cls' or 'last_token', as its maker says.`,
    { param: 'pooling' },
  );
}

/** The app's limit if it fits, else the model's own, what is known of it, the tokenizer's; never over the network's. */
function chooseMaxTokens(chosen: number | undefined, recipe: FileRecipe, known: ModelRecipe): number {
  const most = recipe.maxPositions ?? Infinity;
  if (chosen !== undefined && chosen > most) {
    throw new BadRequestError(
      'integer_above_max_value',
      `Expected 'maxTokens' of at most ${String(most)}, which the model was built for, but got ${String(chosen)}.`,
      { param: 'maxTokens' },
    );
  }
  const limit = chosen ?? recipe.maxTokens ?? known.maxTokens ?? recipe.tokenizerLimit;
  return Math.min(limit ?? DEFAULT_MAX_TOKENS, most);
}
