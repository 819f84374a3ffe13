/** A packed encoder on the kernel: token ids in, vectors out, one text at a time. */
import type { Encoder } from '../encoder.js';
import { EmbeddingError } from '../../../errors/errors.js';
import { checkSizes } from './check-sizes.js';
import { chooseDot, type ChosenDot, type KernelFiles } from './choose-dot.js';
import { findMaxWeight } from './find-linears.js';
import { packEncoder } from './pack-encoder.js';
import { createHead, type Head } from './run-head.js';
import { checkLength, findRows, type PositionRule } from './text-rows.js';
import { layOutWorkspace, measureWorkspace, type Workspace } from './workspace.js';

/** An encoder ready to run. */
export class Kernel {
  /** Numbers a vector has. */
  readonly dimensions: number;
  /** Ids the graph has rows for. */
  readonly vocabularySize: number;
  readonly #positions: PositionRule;
  readonly #maxTokens: number;
  readonly #width: number;
  readonly #chosen: ChosenDot;
  readonly #address: number;
  readonly #work: Workspace;
  readonly #head: Head | undefined;

  private constructor(encoder: Encoder, maxTokens: number, chosen: ChosenDot) {
    const { arena, dot } = chosen;
    const { offset, paddingId } = encoder.embedding.positions;
    this.#positions = { offset, ...(paddingId !== undefined && { paddingId }) };
    this.vocabularySize = encoder.vocabularySize;
    this.#maxTokens = maxTokens;
    this.#width = encoder.width;
    this.#chosen = chosen;
    this.#address = packEncoder(chosen, encoder);
    this.#work = layOutWorkspace(arena, measureWorkspace(encoder, maxTokens), dot);
    this.#head = encoder.head && createHead(encoder.head, encoder.width, { ...chosen, work: this.#work });
    const dense = encoder.head?.steps.findLast((step) => step.kind === 'dense');
    this.dimensions = dense?.linear.outputs ?? encoder.width;
  }

  /**
   * An encoder in the kernel's memory, with the fastest inner product that is exact on this device.
   *
   * @param maxTokens - the longest text there will be; at most the encoder's own limit counts.
   * @throws EmbeddingError `kernel_unsupported` for sizes the kernel can't compute with, `insufficient_memory`,
   *   `runtime_file_failed`, `device_disproved`.
   */
  static async create(encoder: Encoder, maxTokens: number, urls: KernelFiles): Promise<Kernel> {
    checkSizes(encoder);
    const chosen = await chooseDot(urls, () => findMaxWeight(encoder));
    return new Kernel(encoder, Math.min(maxTokens, encoder.maxTokens), chosen);
  }

  /**
   * The vectors of a text: `[tokens, dimensions]`, or `[dimensions]` when the graph pools. A view of the kernel's memory,
   * of use until the next run.
   *
   * @throws EmbeddingError `internal` for an id outside of the vocabulary, a text of no tokens, or of too many;
   *   `invalid_vector` when the device has begun to multiply wrongly.
   */
  run(ids: readonly number[]): Float32Array {
    const { kernel, arena, check } = this.#chosen;
    const tokens = ids.length;
    checkLength(tokens, this.#maxTokens);
    findRows(this.vocabularySize, this.#positions, ids, arena.integers(this.#work.ids, tokens * 2));
    const out = kernel.encode(this.#address, this.#work.address, this.#work.ids, tokens);
    const rows = arena.floats(out, tokens * this.#width);
    const vectors = this.#head ? this.#head(rows, tokens) : rows;
    // Browsers compile what runs often anew, and not every compiler has agreed with its faster successor.
    if (!check.passes()) throw new EmbeddingError('invalid_vector', 'The kernel has begun to multiply wrongly.');
    return vectors;
  }
}
