/** Functions of one token's vector, put together from a graph's small operators and known by what they do. */
import { GraphError } from '../../onnx/graph-error.js';
import type { BinaryFunction, UnaryFunction } from '../../onnx/functions.js';

/** `x · scale + shift`, or any function of a vector, whose result has `width` numbers (1 for a mean, say). */
export type RowMap =
  | { readonly kind: 'affine'; readonly scale: number; readonly shift: number }
  | {
      readonly kind: 'any';
      readonly width: number;
      /** Whether every number of the result follows from the number at its place, the same way everywhere. */
      readonly isPointwise: boolean;
      /** Operators it is made of; parts used twice count twice. */
      readonly cost: number;
      readonly apply: (row: Float64Array) => Float64Array;
    };

/** What changes nothing. */
export const IDENTITY: RowMap = { kind: 'affine', scale: 1, shift: 0 };

/** No activation and no norm takes as many operators; some graphs would take for ever. */
const MAX_COST = 500;

/** Whether a map changes nothing. */
export function isIdentity(map: RowMap): boolean {
  return map.kind === 'affine' && map.scale === 1 && map.shift === 0;
}

/** A map's result for one vector. */
export function applyMap(map: RowMap, row: Float64Array): Float64Array {
  return map.kind === 'any' ? map.apply(row) : row.map((x) => x * map.scale + map.shift);
}

/** `f` of every number of a map's result. */
export function mapThen(map: RowMap, width: number, f: UnaryFunction): RowMap {
  return build([map], widthOf(map, width), isPointwise(map), (row) => applyMap(map, row).map(f));
}

/** `f` of a map's result and a constant vector, which may be of one number. */
export function mapWithVector(map: RowMap, width: number, vector: Float64Array, f: BinaryFunction): RowMap {
  const size = Math.max(widthOf(map, width), vector.length);
  return build([map], size, false, (row) => zip(applyMap(map, row), vector, f));
}

/** `f` of two maps' results. */
export function joinMaps(a: RowMap, b: RowMap, width: number, f: BinaryFunction): RowMap {
  const size = Math.max(widthOf(a, width), widthOf(b, width));
  return build([a, b], size, isPointwise(a) && isPointwise(b), (row) => zip(applyMap(a, row), applyMap(b, row), f));
}

/** A map's one number, as often as a vector has numbers. */
export function widen(map: RowMap, width: number): RowMap {
  return build([map], width, false, (row) => new Float64Array(width).fill(applyMap(map, row)[0] ?? NaN));
}

/** One number of a map's result. */
export function reduceMap(map: RowMap, f: (row: Float64Array) => number): RowMap {
  return build([map], 1, false, (row) => Float64Array.of(f(applyMap(map, row))));
}

/** Numbers of a map's result. */
export function widthOf(map: RowMap, width: number): number {
  return map.kind === 'any' ? map.width : width;
}

function isPointwise(map: RowMap): boolean {
  return map.kind === 'affine' || map.isPointwise;
}

function zip(a: Float64Array, b: Float64Array, f: BinaryFunction): Float64Array {
  const out = new Float64Array(Math.max(a.length, b.length));
  return out.map((_, at) => f(a[at % a.length] ?? 0, b[at % b.length] ?? 0));
}

function build(
  parts: readonly RowMap[],
  width: number,
  pointwise: boolean,
  apply: (row: Float64Array) => Float64Array,
): RowMap {
  const cost = parts.reduce((sum, part) => sum + (part.kind === 'any' ? part.cost : 0), 1);
  if (cost > MAX_COST) throw new GraphError('It has a function of many operators that is neither activation nor norm.');
  return { kind: 'any', width, isPointwise: pointwise, cost, apply };
}
