/**
 * Says what a function of a vector is by trying it on numbers. So it doesn't matter in which order and by which operators
 * an exporter writes an activation or a norm.
 */
import { gelu, geluTanh, type UnaryFunction } from '../onnx/functions.js';
import type { Activation, Norm } from './encoder.js';
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
const ACTIVATION_TOLERANCE = 1e-4;
/** Far enough out for every activation to have become a line. */
const FAR = 1000;

/** What a function of vectors of `width` numbers is; undefined when it is nothing known. */
export function classify(map: RowMap, width: number): Classified | undefined {
  if (widthOf(map, width) !== width) return undefined;
  if (map.kind === 'any' && map.isPointwise) return findActivation((x) => applyMap(map, Float64Array.of(x))[0] ?? NaN);
  return findNormalize(map, width) ?? findNorm(map, width);
}

function findActivation(f: UnaryFunction): Classified | undefined {
  const points = Array.from({ length: 49 }, (_, index) => (index - 24) / 4);
  const names = Object.keys(ACTIVATIONS) as (Activation | 'tanh')[];
  for (const activation of names) {
    const known = ACTIVATIONS[activation];
    const { scale, shift } = activation === 'tanh' ? { scale: 1, shift: 0 } : findLine(f);
    const isIt = points.every((x) => {
      const expected = known(x * scale + shift);
      return Math.abs(f(x) - expected) <= ACTIVATION_TOLERANCE * Math.max(1, Math.abs(expected));
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
  const isPlain = Math.abs(scale - 1) < TOLERANCE && Math.abs(shift) < TOLERANCE * FAR;
  return isPlain ? { scale: 1, shift: 0 } : { scale, shift };
}

/** A vector of all sorts of numbers; the same every time. */
function makeProbe(width: number, size: number, shift: number): Float64Array {
  return Float64Array.from({ length: width }, (_, index) => Math.sin((index + 1) * 12.9898) * size + shift);
}

function isClose(actual: Float64Array, expected: Float64Array): boolean {
  return actual.every((x, at) => {
    const other = expected[at] ?? NaN;
    return Math.abs(x - other) <= TOLERANCE * Math.max(1, Math.abs(other));
  });
}

function findNormalize(map: RowMap, width: number): Classified | undefined {
  const isIt = [1, 30].every((size) => {
    const probe = makeProbe(width, size, size / 3);
    const length = Math.sqrt(probe.reduce((sum, x) => sum + x * x, 0));
    return isClose(
      applyMap(map, probe),
      probe.map((x) => x / length),
    );
  });
  return isIt ? { kind: 'normalize' } : undefined;
}

function findNorm(map: RowMap, width: number): Classified | undefined {
  if (width % 2 !== 0) return undefined;
  // A vector without variance gives beta; one of large variance, whose mean is 0 and deviation `size`, gives gamma.
  const alternate = (size: number): Float64Array =>
    applyMap(
      map,
      Float64Array.from({ length: width }, (_, index) => (index % 2 === 0 ? size : -size)),
    );
  const beta = applyMap(map, new Float64Array(width));
  const gamma = alternate(FAR * FAR).map((y, at) => (y - (beta[at] ?? 0)) * (at % 2 === 0 ? 1 : -1));
  const epsilon = findEpsilon(alternate, gamma, beta);
  if (epsilon === undefined) return undefined;
  const norm = { gamma: Float32Array.from(gamma), beta: Float32Array.from(beta), epsilon };
  const isIt = [1, 0.01].every((size) => {
    const probe = makeProbe(width, size, size / 3);
    return isClose(applyMap(map, probe), applyNorm(gamma, beta, epsilon, probe));
  });
  return isIt ? { kind: 'norm', norm } : undefined;
}

/** Where deviations are as small as epsilon's root, results shrink: by how much says what epsilon is. */
function findEpsilon(
  alternate: (size: number) => Float64Array,
  gamma: Float64Array,
  beta: Float64Array,
): number | undefined {
  const place = gamma.reduce((best, x, at) => (Math.abs(x) > Math.abs(gamma[best] ?? 0) ? at : best), 0);
  for (let size = 1; size > 1e-9; size /= 4) {
    const y = (alternate(size)[place] ?? NaN) - (beta[place] ?? NaN);
    const ratio = Math.abs(y / (gamma[place] ?? NaN));
    if (ratio < 0.9) return size * size * (1 / (ratio * ratio) - 1);
  }
  return undefined;
}

function applyNorm(gamma: Float64Array, beta: Float64Array, epsilon: number, row: Float64Array): Float64Array {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return row.map((x, at) => ((x - mean) / Math.sqrt(variance + epsilon)) * (gamma[at] ?? 0) + (beta[at] ?? 0));
}
