/** Texts to vectors on a started runtime: prompt, tokens, cut, batches, run, pool, scale, check. */
import type { Device } from '../../api/vocabulary.js';
import { EmbeddingError } from '../../errors/errors.js';
import { toErrorRecord } from '../../ports/error-record.js';
import type {
  CountRequest,
  EmbedBatch,
  EmbeddedBatch,
  LoadedModel,
  TokenCounts,
  TokenLists,
} from '../../ports/worker-api.js';
import { norm } from '../recipe/pooling.js';
import { checkPooledWidth, type Pipeline } from './pipeline.js';
import { planRuns, type RunShape } from './plan-runs.js';
import type { ResolvedRecipe } from '../recipe/resolve-recipe.js';
import type { Runtime } from './runtime.js';
import { TokenReader, type ItemTokens } from '../tokens/token-reader.js';

/**
 * On a CPU padding is waste, and with dynamic quantisation a batch's texts would change each other's vectors. A GPU is
 * fast only with many rows at once, and compiles anew for shapes it hasn't seen.
 */
const RUN_SHAPES: Readonly<Record<Device, RunShape>> = {
  wasm: { maxRows: 1, mostTokens: Infinity, isPadded: false },
  webgpu: { maxRows: 32, mostTokens: 8192, isPadded: true },
};

/** What an embedder needs besides what the page is told. */
interface EmbedderSettings {
  readonly device: Device;
  /** Whether a run gives one vector a text. */
  readonly isPooled: boolean;
  /** Numbers of one vector that a run gives. */
  readonly width: number;
  /** Whether texts are turned to lower case first. */
  readonly lowercases: boolean;
}

/** One loaded model, ready to embed. */
export class Embedder {
  /** What the page is told about the model. */
  readonly model: LoadedModel;
  readonly #runtime: Runtime;
  readonly #pipeline: Pipeline;
  readonly #settings: EmbedderSettings;
  readonly #reader: TokenReader;

  private constructor(runtime: Runtime, pipeline: Pipeline, model: LoadedModel, settings: EmbedderSettings) {
    this.#runtime = runtime;
    this.#pipeline = pipeline;
    this.#settings = settings;
    this.model = model;
    const tokenize = (text: string): number[] => runtime.tokenize(settings.lowercases ? text.toLowerCase() : text);
    this.#reader = new TokenReader({ ...runtime, tokenize }, model);
  }

  /** An embedder whose runtime has run once, so that its width is known and its first answer isn't slow. */
  static async create(
    runtime: Runtime,
    recipe: ResolvedRecipe,
    pipeline: Pipeline,
    { device, ...told }: { readonly device: Device } & Pick<LoadedModel, 'dtype' | 'content' | 'subject'>,
  ): Promise<Embedder> {
    const { maxTokens, pooling, scale, prompts, lowercases } = recipe;
    const isPooled = runtime.poolsInGraph || pooling === 'model';
    const ids = runtime.tokenize('a');
    const { data, dimensions: width } = await runtime.run([ids], ids.length);
    checkPooledWidth(recipe, width);
    const { length: dimensions } = isPooled
      ? pipeline.fromPooled(data.slice(0, width))
      : pipeline.fromTokens({ data, count: ids.length, width });
    const vocabularySize = Math.min(recipe.vocabularySize, runtime.vocabularySize ?? Infinity);
    const { proof } = runtime;
    const model = {
      ...told,
      ...{ dimensions, maxTokens, vocabularySize, pooling, scale, prompts },
      ...(proof && { proof }),
    };
    return new Embedder(runtime, pipeline, model, { device, isPooled, width, lowercases });
  }

  /**
   * Embeds every item, on a CPU each by itself.
   *
   * @throws EmbeddingError `invalid_vector` when the runtime gives NaN or a zero vector; this realm is then done for.
   */
  async embed({ items }: EmbedBatch): Promise<EmbeddedBatch> {
    const { dimensions, maxTokens } = this.model;
    const vectors = new Float32Array(items.length * dimensions);
    const tokenCounts = new Uint32Array(items.length);
    const truncated = new Uint8Array(items.length);
    const unknownTokens = new Uint32Array(items.length);
    const contentTokens = new Uint32Array(items.length);
    const rejected: EmbeddedBatch['rejected'][number][] = [];
    const texts = items.map((item, index): ItemTokens | undefined => {
      try {
        const tokens = this.#reader.read(item);
        this.#pipeline.checkCounted(tokens);
        tokenCounts[index] = tokens.ids.length;
        truncated[index] = tokens.truncated ? 1 : 0;
        unknownTokens[index] = tokens.unknown;
        contentTokens[index] = tokens.content;
        return tokens;
      } catch (error) {
        // What it makes of one item says nothing of the others, nor of this realm.
        rejected.push({ index, error: toErrorRecord(error) });
        return undefined;
      }
    });
    for (const { rows, length } of planRuns(tokenCounts, maxTokens, RUN_SHAPES[this.#settings.device])) {
      const batch = rows.map((row) => texts[row]?.ids ?? []);
      const output = await this.#runtime.run(batch, length);
      rows.forEach((row, position) => {
        const text = texts[row];
        if (text) vectors.set(this.#readRow(output.data, position, length, text), row * dimensions);
      });
    }
    return { vectors, tokenCounts, truncated, unknownTokens, contentTokens, rejected };
  }

  /** How many tokens {@link embed} would make of each text, before it cuts them. @throws EmbeddingError for a text. */
  countTokens(request: CountRequest): TokenCounts {
    return this.#reader.count(request);
  }

  /** The tokens that {@link embed} would run of each text. @throws EmbeddingError for a text. */
  listTokens(request: CountRequest): TokenLists {
    return this.#reader.list(request);
  }

  /** One row of a run's output as the vector of its text. */
  #readRow(data: Float32Array, position: number, length: number, { ids, prompt }: ItemTokens): Float32Array {
    const { device, isPooled, width } = this.#settings;
    const start = position * width * (isPooled ? 1 : length);
    const count = ids.length;
    // A pooled vector is copied, since it is the runtime's.
    const vector = isPooled
      ? this.#pipeline.fromPooled(data.slice(start, start + width))
      : this.#pipeline.fromTokens({ data: data.subarray(start, start + count * width), count, width }, prompt);
    const size = norm(vector);
    if (!Number.isFinite(size) || size === 0) {
      throw new EmbeddingError(
        'invalid_vector',
        `The runtime gave a vector of length ${String(size)} on ${device} with dtype '${this.model.dtype}'. Try another dtype.`,
      );
    }
    return vector;
  }
}
