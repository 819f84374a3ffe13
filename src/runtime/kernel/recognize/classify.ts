/**
 * Says what a function of a vector is by trying it on numbers. So it doesn't matter in which order and by which operators
 * an exporter writes an activation or a norm.
 */
import { gelu, geluTanh, type UnaryFunction } from '../../onnx/functions.js';
import type { Activation, Norm } from '../encoder.js';
import { applyMap, widthOf, type RowMap } from './row-map.js';

/** What a function is. */
export type Classified =
  /** `activation(x · scale + shift)`. */
  | {
      readonly kind: 'activation';
      readonly activation: Activation | 'tanh';
      readonly scale: number;
      readonly shift: number;
    }
  | { readonly kind: 'norm'; readonly norm: Norm }
  /** Division by the vector's length. */
  | { readonly kind: 'normalize' };

const ACTIVATIONS: Readonly<Record<Activation | 'tanh', UnaryFunction>> = {
  gelu,
  'gelu-tanh': geluTanh,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
};

/** Constants of a graph are float32. */
const TOLERANCE = 1e-5;

/** With √2 as a float16 GELU is off by 3e-5; its two kinds differ by up to 5e-4. */
const ACTIVATION_TOLERANCE = 5e-5;
/** Far enough out for every activation to have become a line. */
const FAR = 1000;
/** What activations are tried on, between and beyond the places where they bend. */
const POINTS = [
  ...Array.from({ length: 211 }, (_, index) => (index - 105) * 0.0973),
  ...[0.001, 0.01, 13, 20, 50, 200, FAR, 10 * FAR].flatMap((x) => [-x, x]),
];
/** Deviations of the vectors that norms are tried on; float16 holds what is under 65,504. */
const SIZES = [1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

/** What a function of vectors of `width` numbers is; undefined when it is nothing known. */
export function classify(map: RowMap, width: number): Classified | undefined {
  if (widthOf(map, width) !== width) return undefined;
  if (map.kind === 'any' && map.isPointwise) return findActivation((x) => applyMap(map, Float64Array.of(x))[0] ?? NaN);
  return findNormalize(map, width) ?? findNorm(map, width);
}

function findActivation(f: UnaryFunction): Classified | undefined {
  const names = Object.keys(ACTIVATIONS) as (Activation | 'tanh')[];
  for (const activation of names) {
    const known = ACTIVATIONS[activation];
    const { scale, shift } = activation === 'tanh' ? { scale: 1, shift: 0 } : findLine(f);
    // By what comes before the bend, so that it makes no difference how steep the line is.
    const isIt = POINTS.every((x) => {
      const expected = known(x);
      const size = Math.min(Math.abs(x), Math.max(1, Math.abs(expected)));
      return Math.abs(f((x - shift) / scale) - expected) <= ACTIVATION_TOLERANCE * size;
    });
    if (isIt) return { kind: 'activation', activation, scale, shift };
  }
  return undefined;
}

/** The line that an activation becomes on one side. */
function findLine(f: UnaryFunction): { scale: number; shift: number } {
  const side = Math.abs(f(FAR)) > Math.abs(f(-FAR)) ? FAR : -FAR;
  const scale = (f(2 * side) - f(side)) / side;
  const shift = f(side) - scale * side;
  const isPlain = Math.abs(scale - 1) < TOLERANCE && Math.abs(shift) < TOLERANCE;
  return isPlain ? { scale: 1, shift: 0 } : { scale, shift };
}

/**
 * Vectors of all sorts of numbers, the same every time: of like size, with a few that are far larger, and with a mean that
 * is. Where a graph cuts off what is large, no typical vector shows it.
 */
function makeProbes(width: number, size: number): Float64Array[] {
  const even = Float64Array.from({ length: width }, (_, index) => Math.sin((index + 1) * 12.9898) * size);
  const some = Math.max(1, Math.round(width / 24));
  return [
    even.map((x) => x + size / 3),
    even.map((x, at) => (at % Math.ceil(width / some) === 1 ? x * 40 : x)),
    even.map((x, at) => (at === width - 1 ? -30 * size : x)),
    even.map((x) => x - size * 8),
  ];
}

/** @param unit - what is large among the expected numbers; others may be off by as much. */
function isClose(actual: Float64Array, expected: Float64Array, unit: number): boolean {
  return actual.every((x, at) => Math.abs(x - (expected[at] ?? NaN)) <= TOLERANCE * unit);
}

function findLargest(row: Float64Array): number {
  return row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

function findNormalize(map: RowMap, width: number): Classified | undefined {
  const isIt = [0.03, 1, 30, 1000].every((size) =>
    makeProbes(width, size).every((probe) => {
      const length = Math.sqrt(probe.reduce((sum, x) => sum + x * x, 0));
      return isClose(
        applyMap(map, probe),
        probe.map((x) => x / length),
        1,
      );
    }),
  );
  return isIt ? { kind: 'normalize' } : undefined;
}

function findNorm(map: RowMap, width: number): Classified | undefined {
  const isOdd = width % 2 !== 0;
  if (width < 2) return undefined;
  // A vector without variance gives beta; one of large variance, whose mean is 0, gives gamma: of numbers that are `size` or
  // its opposite, but for the first or the last one of an odd count, which is 0 and gives nothing.
  const variance = isOdd ? (width - 1) / width : 1;
  const alternate = (size: number, isLastOut = true): Float64Array =>
    applyMap(
      map,
      Float64Array.from({ length: width }, (_, index) => {
        if (isOdd && index === (isLastOut ? width - 1 : 0)) return 0;
        return index % 2 === 0 ? size : -size;
      }),
    );
  const beta = applyMap(map, new Float64Array(width));
  const far = alternate(FAR * FAR);
  if (isOdd) far[width - 1] = alternate(FAR * FAR, false)[width - 1] ?? NaN;
  const gamma = far.map((y, at) => (y - (beta[at] ?? 0)) * (at % 2 === 0 ? 1 : -1) * Math.sqrt(variance));
  const epsilon = findEpsilon(alternate, gamma, beta, variance);
  if (epsilon === undefined) return undefined;
  const norm = { gamma: Float32Array.from(gamma), beta: Float32Array.from(beta), epsilon };
  const isIt = SIZES.every((size) =>
    makeProbes(width, size).every((probe) => {
      const expected = applyNorm(gamma, beta, epsilon, probe);
      // By what is left of the vector, which is little where it is smaller than epsilon's root.
      const unit = findLargest(expected.map((y, at) => y - (beta[at] ?? 0)));
      return isClose(applyMap(map, probe), expected, unit + TOLERANCE * findLargest(beta));
    }),
  );
  return isIt ? { kind: 'norm', norm } : undefined;
}

/** Where deviations are as small as epsilon's root, results shrink: by how much says what epsilon is. */
function findEpsilon(
  alternate: (size: number) => Float64Array,
  gamma: Float64Array,
  beta: Float64Array,
  variance: number,
): number | undefined {
  // The last of an odd count is 0 where the others are tried.
  const tried = gamma.length % 2 === 0 ? gamma : gamma.subarray(0, -1);
  const place = tried.reduce((best, x, at) => (Math.abs(x) > Math.abs(tried[best] ?? 0) ? at : best), 0);
  for (let size = 1; size > 1e-9; size /= 4) {
    const y = (alternate(size)[place] ?? NaN) - (beta[place] ?? NaN);
    const ratio = Math.abs(y / (gamma[place] ?? NaN));
    if (ratio < 0.9) return size * size * (1 / (ratio * ratio) - variance);
  }
  return undefined;
}

function applyNorm(gamma: Float64Array, beta: Float64Array, epsilon: number, row: Float64Array): Float64Array {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return row.map((x, at) => ((x - mean) / Math.sqrt(variance + epsilon)) * (gamma[at] ?? 0) + (beta[at] ?? 0));
}
