/** Texts to vectors on a started runtime: prompt, tokens, cut, run, pool, scale, check. */
import type { Dtype, Pooling } from '../api/vocabulary.js';
import { BadRequestError, EmbeddingError, ModelLoadError } from '../errors/errors.js';
import { findPrompt } from '../models/prompts.js';
import { findRecipe } from '../models/recipes.js';
import { toErrorRecord } from '../protocol/error-record.js';
import type {
  EmbedBatch,
  EmbeddedBatch,
  EmbedItem,
  LoadedModel,
  LoadRequest,
  ModelRecipe,
} from '../protocol/worker-api.js';
import { cutTokens, type CutTokens } from './cut-tokens.js';
import type { FileRecipe } from './model-recipe.js';
import { norm, pool, scaleToUnit } from './pooling.js';
import type { Runtime } from './runtime.js';

/** What an embedder is made from, besides its runtime. */
interface EmbedderSetup {
  readonly request: LoadRequest;
  readonly recipe: FileRecipe;
  readonly dtype: Dtype;
}

/** For a model that states no limit at all. */
const DEFAULT_MAX_TOKENS = 512;

/** One loaded model, ready to embed. */
export class Embedder {
  /** What the page is told about the model. */
  readonly model: LoadedModel;
  readonly #runtime: Runtime;

  private constructor(runtime: Runtime, model: LoadedModel) {
    this.#runtime = runtime;
    this.model = model;
  }

  /**
   * An embedder whose runtime has run once, so that its width is known and its first answer isn't slow.
   *
   * @throws ModelLoadError `model_unsupported` when the model's way of pooling is unknown or not ours to compute.
   * @throws BadRequestError `integer_above_max_value` when `maxTokens` is over what the network was built for.
   */
  static async create(runtime: Runtime, { request, recipe, dtype }: EmbedderSetup): Promise<Embedder> {
    const known = findRecipe(request.canonicalName);
    const merged = { ...known, ...recipe, ...request.chosen };
    const maxTokens = chooseMaxTokens(request, recipe, known);
    const pooling = choosePooling(runtime, recipe, merged.pooling, request.chosen.pooling !== undefined);
    const warmUp = await runtime.run([runtime.tokenize('a')]);
    return new Embedder(runtime, {
      dtype,
      dimensions: warmUp.dimensions,
      maxTokens,
      vocabularySize: recipe.vocabularySize,
      pooling,
      normalize: merged.normalize ?? true,
      prompts: merged.prompts ?? {},
    });
  }

  /**
   * Embeds every item by itself: on a CPU padding is waste, and with dynamic quantisation a batch's texts would change
   * each other's vectors.
   *
   * @throws EmbeddingError `invalid_vector` when the runtime gives NaN or a zero vector; this realm is then done for.
   */
  async embed({ items }: EmbedBatch): Promise<EmbeddedBatch> {
    const { dimensions } = this.model;
    const vectors = new Float32Array(items.length * dimensions);
    const tokenCounts = new Uint32Array(items.length);
    const truncated = new Uint8Array(items.length);
    const rejected: EmbeddedBatch['rejected'][number][] = [];
    for (const [index, item] of items.entries()) {
      const tokens = this.#toTokens(item);
      if (tokens instanceof BadRequestError) {
        rejected.push({ index, error: toErrorRecord(tokens) });
        continue;
      }
      await this.#embedTokens(tokens.ids, vectors.subarray(index * dimensions, (index + 1) * dimensions));
      tokenCounts[index] = tokens.ids.length;
      truncated[index] = tokens.truncated ? 1 : 0;
    }
    return { vectors, tokenCounts, truncated, rejected };
  }

  #toTokens(item: EmbedItem): CutTokens | BadRequestError {
    const { content, task, truncate } = item;
    const { maxTokens, vocabularySize, prompts } = this.model;
    const prompt = findPrompt(prompts, task) ?? '';
    const ids = typeof content === 'string' ? this.#runtime.tokenize(prompt + content) : content;
    if (typeof content !== 'string') {
      const outOfRange = content.find((id) => id >= vocabularySize);
      if (outOfRange !== undefined) {
        return new BadRequestError(
          'integer_above_max_value',
          `Expected token ids under ${String(vocabularySize)} in 'input', the model's vocabulary, but got ${String(outOfRange)}.`,
          { param: 'input' },
        );
      }
    }
    if (truncate === 'error' && ids.length > maxTokens) {
      return new BadRequestError(
        'context_length_exceeded',
        `Expected at most ${String(maxTokens)} tokens in each text of 'input', but got ${String(ids.length)}. Split the text, or pass truncate: 'end'.`,
        { param: 'input' },
      );
    }
    return cutTokens(ids, maxTokens, truncate, this.#runtime.specialTokens);
  }

  async #embedTokens(ids: readonly number[], row: Float32Array): Promise<void> {
    const output = await this.#runtime.run([ids]);
    if (this.model.pooling === 'model') row.set(output.data);
    else pool(output.data, ids.length, this.model.pooling, row);
    const length = norm(row);
    if (!Number.isFinite(length) || length === 0) {
      throw new EmbeddingError(
        'invalid_vector',
        `The runtime gave a vector of length ${String(length)} on wasm with dtype '${this.model.dtype}'. Try another dtype.`,
      );
    }
    if (this.model.normalize) scaleToUnit(row, length);
  }
}

/** The graph's own pooling wins, since it includes every module that the model's maker put there. */
function choosePooling(runtime: Runtime, recipe: FileRecipe, pooling: Pooling | undefined, isChosen: boolean): Pooling {
  if (runtime.poolsItself && !isChosen) return 'model';
  if (runtime.poolsItself) {
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
function chooseMaxTokens(request: LoadRequest, recipe: FileRecipe, known: ModelRecipe): number {
  const most = recipe.maxPositions ?? Infinity;
  const chosen = request.chosen.maxTokens;
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
