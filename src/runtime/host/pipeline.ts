/** From what a graph gives to a text's vector: every module that follows the transformer, the cut, the scale. */
import { BadRequestError, ModelLoadError } from '../../errors/errors.js';
import { norm, scaleToUnit } from '../recipe/pooling.js';
import type { ModelFiles } from '../files/model-files.js';
import type { PoolingRule } from '../recipe/module-plan.js';
import { poolTokens, type TokenVectors } from './pool-tokens.js';
import type { ResolvedRecipe } from '../recipe/resolve-recipe.js';
import { loadSteps, type VectorStep } from './vector-steps.js';

/** One model's way from the graph's output to vectors. */
export class Pipeline {
  readonly #onTokens: readonly VectorStep[];
  readonly #rule: PoolingRule;
  readonly #onVectors: readonly VectorStep[];
  readonly #recipe: Pick<ResolvedRecipe, 'width' | 'scale'>;

  /** With the steps of the recipe's plan. Most callers want {@link load}. */
  constructor(recipe: ResolvedRecipe, onTokens: readonly VectorStep[], onVectors: readonly VectorStep[]) {
    this.#recipe = recipe;
    this.#rule = recipe.plan.pooling ?? { modes: [], includesPrompt: true };
    this.#onTokens = onTokens;
    this.#onVectors = onVectors;
  }

  /** Fetches the weights that modules have. @throws like {@link loadSteps} */
  static async load(recipe: ResolvedRecipe, files: ModelFiles): Promise<Pipeline> {
    const { onTokens, onVectors } = recipe.plan;
    return new Pipeline(recipe, await loadSteps(onTokens, files), await loadSteps(onVectors, files));
  }

  /**
   * Refuses a text none of whose tokens counts, as its prompt's don't, by its own error: of nothing there is no vector.
   *
   * @throws BadRequestError `invalid_value`.
   */
  checkCounted({ ids, prompt }: { readonly ids: readonly number[]; readonly prompt: number }): void {
    if (this.#rule.includesPrompt || prompt < ids.length) return;
    const message = `Expected text in 'input' that has tokens of its own, since the model leaves its prompt's out of the vector, but all ${ids.length} are the prompt's. Leave out what is blank, or pass a prompt without a blank at its end.`;
    throw new BadRequestError('invalid_value', message, { param: 'input' });
  }

  /**
   * The vector of one text.
   *
   * @param promptTokens - how many of the first tokens are the prompt's, which may not count.
   */
  fromTokens(tokens: TokenVectors, promptTokens = 0): Float32Array {
    const from = this.#rule.includesPrompt ? 0 : promptTokens;
    return this.fromPooled(poolTokens(applyToTokens(tokens, this.#onTokens), this.#rule, from));
  }

  /** The vector of one text, by the one its graph has pooled; may be the same array. */
  fromPooled(pooled: Float32Array): Float32Array {
    const { width, scale } = this.#recipe;
    const whole = this.#onVectors.reduce((vector, step) => step(vector), pooled);
    const vector = width === undefined ? whole : whole.subarray(0, width);
    const length = norm(vector);
    // Whoever asked is told of a vector without a direction; here it would only become NaN.
    if (scale === 'unit' && length > 0 && Number.isFinite(length)) scaleToUnit(vector, length);
    return vector;
  }
}

/** @throws ModelLoadError `model_unsupported` when a graph that pools gives vectors of another width than its modules make. */
export function checkPooledWidth({ pooledWidth }: Pick<ResolvedRecipe, 'pooledWidth'>, width: number): void {
  if (pooledWidth === undefined || width === pooledWidth) return;
  const message = `The model's modules make vectors of ${String(pooledWidth)} numbers, but its graph gives ${String(width)}: it lacks some of them. Use an export of the whole model.`;
  throw new ModelLoadError('model_unsupported', message, { param: 'model' });
}

function applyToTokens(tokens: TokenVectors, steps: readonly VectorStep[]): TokenVectors {
  if (steps.length === 0) return tokens;
  const { data, count, width } = tokens;
  const rows = Array.from({ length: count }, (_, row) =>
    steps.reduce((vector, step) => step(vector), data.subarray(row * width, (row + 1) * width)),
  );
  const changedWidth = rows[0]?.length ?? 0;
  const changed = new Float32Array(count * changedWidth);
  rows.forEach((row, index) => {
    changed.set(row, index * changedWidth);
  });
  return { data: changed, count, width: changedWidth };
}
