/** Known products, to find out what this device's inner products give. */
import type { Arena } from './arena.js';
import type { DotKind } from './dot-kind.js';
import type { KernelExports } from './kernel-module.js';
import { packLinear } from './pack-linear.js';
import { layOutWorkspace } from './workspace.js';

const INPUTS = 32;
const OUTPUTS = 8;
/** As many as the tallest two tiles take, so that one product runs through both. */
const ROWS = 11;

/** Bytes on both sides of every border that instructions differ at. */
const ROW_VALUES = [255, 255, 255, 255, 128, 128, 127, 127, 200, 200, 129, 1, 0, 254, 130, 255];
const WEIGHT_VALUES = [127, 127, -128, -128, 127, -128, 1, -1, 64, 64, -64, -64, 100, -127, 63, 2];

/** Compares this device's products with those of JavaScript. */
export class DotCheck {
  readonly #kernel: KernelExports;
  readonly #arena: Arena;
  readonly #work: number;
  readonly #linear: number;
  readonly #rows: number;
  readonly #out: number;
  readonly #expected: Float32Array;

  /** A check of one way; it keeps two kilobytes of the kernel's memory. */
  constructor(kernel: KernelExports, arena: Arena, dot: DotKind) {
    this.#kernel = kernel;
    this.#arena = arena;
    const rows = makeRows();
    const weights = makeWeights(dot.maxWeight);
    const linear = {
      inputs: INPUTS,
      outputs: OUTPUTS,
      quantize: () => ({ weights, scales: new Float32Array(OUTPUTS).fill(1), bias: new Float32Array(OUTPUTS) }),
    };
    const sizes = { tokens: 8, width: INPUTS, attentionWidth: 8, headWidth: 8, widest: INPUTS };
    this.#work = layOutWorkspace(arena, sizes, dot).address;
    this.#linear = packLinear({ kernel, arena, dot }, [linear]);
    this.#rows = arena.store(rows);
    this.#out = arena.allocate(ROWS * OUTPUTS * 4);
    this.#expected = multiply(rows, weights);
  }

  /** Whether every product is right, in tiles of any height up to `rows` rows. */
  passes(rows: number = ROWS): boolean {
    this.#kernel.applyLinear(this.#work, this.#linear, this.#rows, rows, this.#out, 0);
    const products = this.#arena.floats(this.#out, rows * OUTPUTS);
    return products.every((product, index) => product === this.#expected[index]);
  }

  /** The same for all heights of tiles. */
  passesFully(): boolean {
    return Array.from({ length: ROWS }, (_, index) => index + 1).every((rows) => this.passes(rows));
  }
}

/** Each row holds 0 and 255, so that it is quantised as it is, with scale 1 and zero point 0. */
function makeRows(): Float32Array {
  return Float32Array.from({ length: ROWS * INPUTS }, (_, index) => {
    const row = Math.floor(index / INPUTS);
    const input = index % INPUTS;
    if (input < 2) return input * 255;
    return ROW_VALUES[(input * (row + 1) + row) % ROW_VALUES.length] ?? 0;
  });
}

/** Those of the later inputs are half as large: the saturating product adds more of such before it widens. */
function makeWeights(most: number): Int8Array {
  return Int8Array.from({ length: INPUTS * OUTPUTS }, (_, index) => {
    const input = Math.floor(index / OUTPUTS);
    const value = WEIGHT_VALUES[(index * 5 + input) % WEIGHT_VALUES.length] ?? 0;
    const limited = Math.max(-most, Math.min(most, value));
    return input < INPUTS / 2 ? limited : Math.trunc(limited / 2);
  });
}

/** `[rows, outputs]`; every sum fits into a float exactly. */
function multiply(rows: Float32Array, weights: Int8Array): Float32Array {
  return Float32Array.from({ length: ROWS * OUTPUTS }, (_, index) => {
    const row = Math.floor(index / OUTPUTS);
    let sum = 0;
    for (let input = 0; input < INPUTS; input++) {
      sum += (rows[row * INPUTS + input] ?? 0) * (weights[input * OUTPUTS + (index % OUTPUTS)] ?? 0);
    }
    return sum;
  });
}
