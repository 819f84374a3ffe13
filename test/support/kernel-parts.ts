/** The kernel's parts by themselves, for tests: numbers in, numbers out. Runs in Node and in a browser. */
import type { EncoderLayer, Linear, Norm } from '../../src/runtime/kernel/encoder.js';
import { Arena } from '../../src/runtime/kernel/wasm/arena.js';
import type { DotKind } from '../../src/runtime/kernel/wasm/dot-kind.js';
import { startModule, type KernelExports } from '../../src/runtime/kernel/wasm/kernel-module.js';
import { ACTIVATION_CODES, packLayer, packNorm } from '../../src/runtime/kernel/wasm/pack-encoder.js';
import { packLinear, type PackTarget } from '../../src/runtime/kernel/wasm/pack-linear.js';
import { layOutWorkspace } from '../../src/runtime/kernel/wasm/workspace.js';

/** A started build of the kernel, or an error where this engine refuses it. */
export class KernelParts {
  readonly #kernel: KernelExports;
  readonly #dot: DotKind;

  private constructor(kernel: KernelExports, dot: DotKind) {
    this.#kernel = kernel;
    this.#dot = dot;
  }

  static async start(url: string, dot: DotKind): Promise<KernelParts> {
    const kernel = await startModule(url);
    if (!kernel) throw new Error('This engine refuses the build.');
    return new KernelParts(kernel, dot);
  }

  /** f32 `[rows, outputs]` of f32 `[rows, inputs]`. */
  applyLinear(linear: Linear, rows: Float32Array, residual?: Float32Array): Float32Array {
    const { inputs, outputs } = linear;
    const count = rows.length / inputs;
    const arena = this.#arena();
    const widest = Math.max(inputs, outputs);
    const work = layOutWorkspace(
      arena,
      { tokens: 8, width: widest, attentionWidth: 8, headWidth: 8, widest },
      this.#dot,
    );
    const from = arena.store(rows);
    const added = residual ? arena.store(residual) : 0;
    const packed = packLinear(this.#target(arena), [linear]);
    const out = arena.allocate(count * outputs * 4);
    this.#kernel.applyLinear(work.address, packed, from, count, out, added);
    return arena.floats(out, count * outputs).slice();
  }

  /** f32 `[tokens, width]` of f32 `[tokens, 3 · width]`, queries, keys and values side by side. */
  attend(layer: EncoderLayer, projected: Float32Array): Float32Array {
    const { heads, headWidth } = layer.attention;
    const width = heads * headWidth;
    const tokens = projected.length / (3 * width);
    const arena = this.#arena();
    const work = layOutWorkspace(arena, { tokens, width, attentionWidth: width, headWidth, widest: width }, this.#dot);
    const packed = packLayer(this.#target(arena), layer);
    arena.floats(work.projected, projected.length).set(projected);
    this.#kernel.attend(work.address, packed, tokens);
    return arena.floats(work.attended, tokens * width).slice();
  }

  activate(kind: keyof typeof ACTIVATION_CODES, values: Float32Array): Float32Array {
    const arena = this.#arena();
    const address = arena.store(values);
    this.#kernel.activate(ACTIVATION_CODES[kind], address, values.length);
    return arena.floats(address, values.length).slice();
  }

  normalizeRows(norm: Norm, rows: Float32Array): Float32Array {
    const arena = this.#arena();
    const packed = packNorm(arena, norm);
    const from = arena.store(rows);
    const out = arena.allocate(rows.byteLength);
    this.#kernel.normalizeRows(packed, from, out, rows.length / norm.gamma.length, norm.gamma.length);
    return arena.floats(out, rows.length).slice();
  }

  #target(arena: Arena): PackTarget {
    return { kernel: this.#kernel, arena, dot: this.#dot };
  }

  #arena(): Arena {
    return new Arena(this.#kernel.memory, this.#kernel.firstFree());
  }
}
