/** What every build of the kernel must compute, whatever its inner product is. Runs in Node and in a browser. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { EncoderLayer, Linear } from '../../src/runtime/kernel/encoder.js';
import type { DotKind } from '../../src/runtime/kernel/wasm/dot-kind.js';
import { findDifference } from './find-difference.js';
import { KernelParts } from './kernel-parts.js';
import { activationOf, attentionOf, linearOf, normOf } from './kernel-reference.js';
import { createRandom } from './random.js';

/** Every tile height, and both sides of where a second and a third tile begin, up to a whole block. */
const ROW_COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 18, 19, 24, 25, 31, 47, 48, 49, 53, 59, 60];
/** Inputs and outputs: one panel, several, more inputs than outputs and the other way round. */
const SHAPES = [
  [8, 8],
  [16, 8],
  [24, 40],
  [40, 24],
  [384, 16],
  [16, 384],
  [1536, 8],
] as const;
/** Around panels of 8, pairs, blocks of 60 rows. */
const TOKEN_COUNTS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 59, 60, 61, 67, 119, 120, 121, 129, 255, 256];
const HEADS = [
  [1, 8],
  [3, 16],
  [2, 24],
  [4, 32],
  [2, 64],
  [2, 128],
] as const;

/** Registers the tests of one build. */
export function describeKernel(name: string, url: () => string, dot: DotKind): void {
  describe(name, () => {
    let kernel: KernelParts;
    beforeAll(async () => {
      kernel = await KernelParts.start(url(), dot);
    });
    describeLinear(() => kernel, dot);
    describeAttention(() => kernel);
    describeRows(() => kernel);
  });
}

function describeLinear(kernel: () => KernelParts, dot: DotKind): void {
  const isWide = dot.name === 'widening';

  test.each(SHAPES)('multiplies %i inputs to %i outputs exactly, whatever the number of rows', (inputs, outputs) => {
    const random = createRandom(inputs + outputs);
    const most = Math.min(127, dot.maxWeight);
    for (const weights of [
      Int8Array.from({ length: inputs * outputs }, () => Math.round((random() * 2 - 1) * most)),
      // Few large ones among small ones, as models have them.
      Int8Array.from({ length: inputs * outputs }, () => Math.round((random() * 2 - 1) ** 5 * most)),
    ]) {
      const linear = toLinear(weights, inputs, outputs);
      for (const count of ROW_COUNTS) expectExact(linear, makeWholeRows(random, count, inputs));
    }
  });

  test('is exact where every number is the largest there is', () => {
    const most = Math.min(127, dot.maxWeight);
    for (const sign of [1, -1]) {
      const weights = new Int8Array(4096 * 8).fill(sign * most);
      expectExact(toLinear(weights, 4096, 8));
    }
  });

  // Two products of 255 · 64, and four of 255 · 32, just fit into 16 bits.
  test.each([
    ['fit', [32, 32, 32, 32]],
    ['fit, unevenly', [64, 64, 0, 0]],
    ["don't fit by one", [32, 32, 32, 33]],
    ["don't fit", [64, 64, 64, 64]],
  ])('is exact where the sums of four products %s into 16 bits', (_, [a = 0, b = 0, c = 0, d = 0]) => {
    // Inputs 0, 1, 4 and 5 of eight are added up, and 2, 3, 6 and 7.
    const pattern = [a, b, a, b, c, d, c, d];
    for (const sign of [1, -1]) {
      for (let output = 0; output < 8; output++) {
        const weights = new Int8Array(64 * 8);
        // All other outputs are zero, so that this one alone decides how its inputs are added.
        for (let input = 0; input < 64; input++) weights[input * 8 + output] = sign * (pattern[input % 8] ?? 0);
        expectExact(toLinear(weights, 64, 8));
      }
    }
  });

  function expectExact(linear: Linear, rows = makeFullRows(linear.inputs)): void {
    const expected = linearOf(rows, linear.inputs, linear.quantize(), isWide);
    expect(findDifference(kernel().applyLinear(linear, rows), expected)).toBeUndefined();
  }

  function makeFullRows(inputs: number): Float32Array {
    // One zero a row, each seven places after the one above.
    return Float32Array.from({ length: 6 * inputs }, (_, at) => (at % (inputs + 7) === 0 ? 0 : 255));
  }

  test('rounds rows of any numbers to 8 bits, each by its own range, and adds bias and residual', () => {
    const random = createRandom(5);
    const linear = makeLinear(random, 64, 24);
    const rows = Float32Array.from({ length: 13 * 64 }, (_, index) => (random() - 0.3) * 10 ** ((index >> 6) - 6));
    const residual = Float32Array.from({ length: 13 * 24 }, random);
    const expected = linearOf(rows, 64, linear.quantize(), isWide);
    kernel()
      .applyLinear(linear, rows, residual)
      .forEach((value, index) => {
        const range = 10 ** (Math.floor(index / 24) - 6);
        // A number on the edge between two roundings may go either way.
        expect(Math.abs(value - (expected[index] ?? 0) - (residual[index] ?? 0))).toBeLessThan(range * 0.005 + 1e-6);
      });
  });

  test('gives the bias for a row of zeros', () => {
    const linear = makeLinear(createRandom(3), 16, 8);
    expect(kernel().applyLinear(linear, new Float32Array(16))).toEqual(linear.quantize().bias);
  });

  test.each([NaN, Infinity, -Infinity])(
    'gives NaN for a row with %d, and nothing else to the rows beside it',
    (odd) => {
      const linear = makeLinear(createRandom(4), 16, 8);
      const rows = new Float32Array(3 * 16).fill(1);
      rows[16 + 5] = odd;
      const numbers = [...kernel().applyLinear(linear, rows)];
      expect(numbers.slice(8, 16)).toEqual(new Array(8).fill(NaN));
      expect(numbers.slice(0, 8)).toEqual([...kernel().applyLinear(linear, rows.slice(0, 16))]);
      expect(numbers.slice(16)).toEqual(numbers.slice(0, 8));
    },
  );

  test('gives each row the same numbers alone and among others', () => {
    const random = createRandom(9);
    const linear = makeLinear(random, 48, 16);
    const rows = Float32Array.from({ length: 60 * 48 }, () => random() - 0.5);
    const all = kernel().applyLinear(linear, rows);
    for (let row = 0; row < 60; row++) {
      const alone = kernel().applyLinear(linear, rows.slice(row * 48, (row + 1) * 48));
      expect(alone).toEqual(all.slice(row * 16, (row + 1) * 16));
    }
  });
}

function describeAttention(kernel: () => KernelParts): void {
  test.each(HEADS)('attends with %i heads of %i numbers over texts of any length', (heads, headWidth) => {
    const random = createRandom(heads * headWidth);
    for (const tokens of TOKEN_COUNTS) {
      const layer = makeLayer(heads, headWidth);
      const projected = Float32Array.from({ length: tokens * 3 * heads * headWidth }, () => (random() - 0.5) * 6);
      const expected = attentionOf(layer.attention, projected);
      const actual = kernel().attend(layer, projected);
      const worst = actual.reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0))), 0);
      // Values are within ±3; keys and queries have 12 bits.
      expect(worst).toBeLessThan(0.01);
    }
  });

  test('gives the one value of a text of one token', () => {
    const projected = Float32Array.from({ length: 24 }, (_, index) => index - 12);
    const actual = kernel().attend(makeLayer(1, 8), projected);
    actual.forEach((value, index) => {
      expect(value).toBeCloseTo(projected[16 + index] ?? 0, 3);
    });
  });

  test.each([NaN, Infinity])('gives NaN everywhere where a value is %d', (odd) => {
    const projected = new Float32Array(9 * 24).fill(1);
    projected[4 * 24 + 20] = odd;
    const values = kernel().attend(makeLayer(1, 8), projected);
    expect([...values]).toEqual(new Array(9 * 8).fill(NaN));
  });

  test('takes the mean of all values where queries are zero', () => {
    const tokens = 33;
    const projected = Float32Array.from({ length: tokens * 24 }, (_, index) => (index % 24 < 8 ? 0 : Math.sin(index)));
    const expected = attentionOf(makeLayer(1, 8).attention, projected);
    kernel()
      .attend(makeLayer(1, 8), projected)
      .forEach((value, index) => {
        expect(value).toBeCloseTo(expected[index] ?? 0, 4);
      });
  });

  test('follows one key that outweighs all others', () => {
    const projected = new Float32Array(61 * 24);
    for (let token = 0; token < 61; token++) {
      projected.fill(20, token * 24, token * 24 + 8);
      projected.fill(token === 60 ? 20 : -20, token * 24 + 8, token * 24 + 16);
      projected.fill(token, token * 24 + 16, token * 24 + 24);
    }
    expect(kernel().attend(makeLayer(1, 8), projected)[0]).toBeCloseTo(60, 2);
  });
}

function describeRows(kernel: () => KernelParts): void {
  test.each(['gelu', 'gelu-tanh', 'relu', 'tanh', 'none'] as const)('computes %s', (kind) => {
    const values = Float32Array.from({ length: 4004 }, (_, index) => (index - 2000) / 97);
    const border = Float32Array.of(0, -0, 1e-30, 1e30, -1e30, 100, -100, 4);
    for (const numbers of [values, border]) {
      kernel()
        .activate(kind, numbers)
        .forEach((value, index) => {
          const expected = activationOf(kind, numbers[index] ?? 0);
          expect(Math.abs(value - expected)).toBeLessThan(2e-5 + Math.abs(expected) * 1e-5);
        });
    }
  });

  test.each([8, 16, 384, 1024])('normalises rows of %i numbers', (width) => {
    const random = createRandom(width);
    const numbers = (shift: number): Float32Array => Float32Array.from({ length: width }, () => random() + shift);
    const norm = { gamma: numbers(0.5), beta: numbers(-0.5), epsilon: 1e-12 };
    const rows = Float32Array.from({ length: width * 7 }, () => (random() - 0.3) * 50);
    const expected = normOf(norm, rows);
    kernel()
      .normalizeRows(norm, rows)
      .forEach((value, index) => {
        expect(value).toBeCloseTo(expected[index] ?? 0, 4);
      });
  });
}

/** Rows of whole numbers whose range is 255, so that they are quantised as they are. */
function makeWholeRows(random: () => number, count: number, width: number): Float32Array {
  return Float32Array.from({ length: count * width }, (_, index) => {
    const row = Math.floor(index / width);
    const zero = (row * 37) % 256;
    const column = index % width;
    if (column === row % width) return -zero;
    if (column === (row + 1) % width) return 255 - zero;
    return Math.floor(random() * 256) - zero;
  });
}

function makeLinear(random: () => number, inputs: number, outputs: number): Linear {
  const weights = Int8Array.from({ length: inputs * outputs }, () => Math.round((random() * 2 - 1) * 64));
  const numbers = (): Float32Array => Float32Array.from({ length: outputs }, () => random() * 0.01);
  return toLinear(weights, inputs, outputs, { scales: numbers(), bias: numbers() });
}

function toLinear(
  weights: Int8Array,
  inputs: number,
  outputs: number,
  {
    scales = new Float32Array(outputs).fill(1),
    bias = new Float32Array(outputs),
  }: { readonly scales?: Float32Array; readonly bias?: Float32Array } = {},
): Linear {
  return { inputs, outputs, read: () => expect.fail(), quantize: () => ({ weights, scales, bias }) };
}

/** A layer of which only attention's shape matters. */
function makeLayer(heads: number, headWidth: number): EncoderLayer {
  const width = heads * headWidth;
  const norm = { gamma: new Float32Array(width).fill(1), beta: new Float32Array(width), epsilon: 1e-12 };
  const linear = toLinear(new Int8Array(width * width), width, width);
  return {
    norms: 'after',
    attention: {
      heads,
      headWidth,
      scale: headWidth ** -0.5,
      query: linear,
      key: linear,
      value: linear,
      output: linear,
    },
    attentionNorm: norm,
    feedForward: { up: linear, activation: 'gelu', down: linear },
    feedForwardNorm: norm,
  };
}
