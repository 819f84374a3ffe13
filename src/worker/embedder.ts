/** Texts to vectors on a started runtime: prompt, tokens, cut, batches, run, pool, scale, check. */
import type { Device } from '../api/vocabulary.js';
import { EmbeddingError } from '../errors/errors.js';
import { toErrorRecord } from '../protocol/error-record.js';
import type { CountRequest, EmbedBatch, EmbeddedBatch, LoadedModel, TokenCounts } from '../protocol/worker-api.js';
import { norm, pool, scaleToUnit } from '../encoder/pooling.js';
import { planRuns, type RunShape } from './plan-runs.js';
import type { ResolvedRecipe } from './resolve-recipe.js';
import type { Runtime } from './runtime.js';
import { TokenReader } from './token-reader.js';

/**
 * On a CPU padding is waste, and with dynamic quantisation a batch's texts would change each other's vectors. A GPU is
 * fast only with many rows at once, and compiles anew for shapes it hasn't seen.
 */
const RUN_SHAPES: Readonly<Record<Device, RunShape>> = {
  wasm: { mostRows: 1, mostTokens: Infinity, isPadded: false },
  webgpu: { mostRows: 32, mostTokens: 8192, isPadded: true },
};

/** One loaded model, ready to embed. */
export class Embedder {
  /** What the page is told about the model. */
  readonly model: LoadedModel;
  readonly #runtime: Runtime;
  readonly #device: Device;
  readonly #reader: TokenReader;

  private constructor(runtime: Runtime, device: Device, model: LoadedModel) {
    this.#runtime = runtime;
    this.#device = device;
    this.model = model;
    this.#reader = new TokenReader(runtime, model);
  }

  /** An embedder whose runtime has run once, so that its width is known and its first answer isn't slow. */
  static async create(
    runtime: Runtime,
    recipe: ResolvedRecipe,
    { device, dtype, content }: { readonly device: Device } & Pick<LoadedModel, 'dtype' | 'content'>,
  ): Promise<Embedder> {
    const ids = runtime.tokenize('a');
    const { dimensions } = await runtime.run([ids], ids.length);
    const { proof } = runtime;
    const vocabularySize = Math.min(recipe.vocabularySize, runtime.vocabularySize ?? Infinity);
    return new Embedder(runtime, device, {
      ...recipe,
      vocabularySize,
      dtype,
      dimensions,
      ...(content && { content }),
      ...(proof && { proof }),
    });
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
    const ids = items.map((item, index): readonly number[] => {
      try {
        const tokens = this.#reader.read(item);
        tokenCounts[index] = tokens.ids.length;
        truncated[index] = tokens.truncated ? 1 : 0;
        unknownTokens[index] = tokens.unknown;
        contentTokens[index] = tokens.content;
        return tokens.ids;
      } catch (error) {
        // What it makes of one item says nothing of the others, nor of this realm.
        rejected.push({ index, error: toErrorRecord(error) });
        return [];
      }
    });
    for (const { rows, length } of planRuns(tokenCounts, maxTokens, RUN_SHAPES[this.#device])) {
      const batch = rows.map((row) => ids[row] ?? []);
      const output = await this.#runtime.run(batch, length);
      rows.forEach((row, position) => {
        const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
        this.#readRow(output.data, position, batch[position]?.length ?? 0, length, vector);
      });
    }
    return { vectors, tokenCounts, truncated, unknownTokens, contentTokens, rejected };
  }

  /** How many tokens {@link embed} would make of each text, before it cuts them. @throws EmbeddingError for a text. */
  countTokens(request: CountRequest): TokenCounts {
    return this.#reader.count(request);
  }

  /** One row of a run's output as the vector of its text. */
  #readRow(data: Float32Array, position: number, count: number, length: number, vector: Float32Array): void {
    const { pooling, dimensions } = this.model;
    if (this.#runtime.poolsInGraph || pooling === 'model') {
      vector.set(data.subarray(position * dimensions, (position + 1) * dimensions));
    } else {
      const start = position * length * dimensions;
      pool(data.subarray(start, start + count * dimensions), count, pooling, vector);
    }
    const size = norm(vector);
    if (!Number.isFinite(size) || size === 0) {
      throw new EmbeddingError(
        'invalid_vector',
        `The runtime gave a vector of length ${String(size)} on ${this.#device} with dtype '${this.model.dtype}'. Try another dtype.`,
      );
    }
    // What the device has scaled is scaled again: it costs little, and 32 bits of a sum are rarely exactly one.
    if (this.model.normalize) scaleToUnit(vector, size);
  }
}
