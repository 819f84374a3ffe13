/** Weights of any kind as signed bytes with scales. Bytes of a file stay what they are wherever they can. */
import type { EmbeddingTable, ExactLinear, Linear, QuantizedLinear } from '../encoder.js';
import { createReader, readColumns, readRow, visitWeights, zeroAt } from './read-weights.js';
import { isBytes, joinScales, shapeOf, type Weights } from './weights.js';

/** What is done to a product with weights: `x · weights * gain + bias`, of chosen columns. */
export interface LinearParts {
  readonly weights: Weights;
  /** `[outputs of the weights]`. */
  readonly gain: Float64Array;
  /** `[outputs of the weights]`. */
  readonly bias: Float64Array;
}

/** The largest byte that floats are rounded to; symmetric, so that zero stays zero. */
const MAX_BYTE = 127;

/** A linear map of some of the weights' columns, or of all. */
export function toLinear({ weights, gain, bias }: LinearParts, columns?: readonly number[]): Linear {
  const [inputs, all] = shapeOf(weights);
  const chosen = columns ?? Array.from({ length: all }, (_, index) => index);
  const pick = (values: Float64Array, scales?: Float64Array): Float32Array =>
    Float32Array.from(chosen, (column, at) => (values[column] ?? 0) * (scales?.[at] ?? 1));
  return {
    inputs,
    outputs: chosen.length,
    quantize: (): QuantizedLinear => {
      const { bytes, scales } = quantizeGroups(weights, weights.isTransposed ? 'rows' : 'columns', chosen);
      return { weights: bytes, scales: pick(gain, scales), bias: pick(bias) };
    },
    read: (): ExactLinear => ({ weights: readColumns(weights, chosen, gain), bias: pick(bias) }),
  };
}

/** A table of one row a token; `shift` is what every number of the table has to be raised by. */
export function toTable(weights: Weights): { table: EmbeddingTable; shift: number } {
  const [rows] = shapeOf(weights);
  const { bytes, scales, shift } = quantizeGroups(
    weights,
    weights.isTransposed ? 'columns' : 'rows',
    Array.from({ length: rows }, (_, index) => index),
  );
  const read = (id: number): Float32Array => readRow(weights, id).map((x) => x - shift);
  return { table: { values: bytes, scales: Float32Array.from(scales), read }, shift };
}

interface QuantizedGroups {
  /** In the order that is meant: the weights' own, or that of their transpose. */
  readonly bytes: Int8Array;
  /** One a group. */
  readonly scales: Float64Array;
  /** In a table: what every number lacks, as its zero point isn't in the bytes. */
  readonly shift: number;
}

/**
 * Bytes whose scales differ from group to group only; groups are rows or columns as stored.
 *
 * In a table (groups of meant rows) one zero point for all becomes `shift`, and bytes stay as they are.
 */
function quantizeGroups(weights: Weights, groups: 'rows' | 'columns', chosen: readonly number[]): QuantizedGroups {
  const { codes, zero, isTransposed } = weights;
  const { rows, columns } = joinScales(weights);
  const [own, across] = groups === 'rows' ? [rows, columns] : [columns, rows];
  const factor = across[0] ?? 1;
  const isSplit = across.every((x) => x === factor) && isBytes(codes);
  const scales = Float64Array.from(chosen, (group) => (own[group] ?? 1) * factor);
  const isTable = (groups === 'rows') !== isTransposed;
  const common =
    isTable && (!zero || zero.values.every((x) => x === zero.values[0])) ? (zero?.values[0] ?? 0) : undefined;
  if (isSplit) {
    const centre = codes.type === 'uint8' ? 128 : 0;
    // One scale for the table: its zero point is one number, and goes where it costs nothing.
    if (common !== undefined && (common === centre || scales.every((x) => x === scales[0]))) {
      return {
        bytes: shiftBytes(weights, groups, chosen, centre),
        scales,
        shift: (centre - common) * (scales[0] ?? 1),
      };
    }
    const exact = tryExact(weights, groups, chosen);
    if (exact) return { bytes: exact, scales, shift: 0 };
  }
  return { ...requantize(weights, groups, chosen), shift: 0 };
}

function shiftBytes(
  weights: Weights,
  groups: 'rows' | 'columns',
  chosen: readonly number[],
  centre: number,
): Int8Array {
  const { codes } = weights;
  const isAll = groups === 'rows' && chosen.every((group, at) => group === at) && chosen.length === codes.dims[0];
  if (isAll && codes.type === 'int8') return codes.data as Int8Array;
  const bytes = new Int8Array(codes.size);
  if (isAll && centre === 128) {
    bytes.set(codes.data);
    turnHighestBits(bytes);
    return bytes;
  }
  visitWeights(weights, groups, chosen, (value, to) => {
    bytes[to] = value - centre;
  });
  return bytes;
}

/** Every byte minus 128, four at a time: the unsigned byte whose highest bit is turned is the signed one. */
function turnHighestBits(bytes: Int8Array): void {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) ^ 0x80808080;
  for (let at = words.length * 4; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) ^ 0x80;
}

/** The bytes minus their zero points, where all of them are signed bytes again. */
function tryExact(weights: Weights, groups: 'rows' | 'columns', chosen: readonly number[]): Int8Array | undefined {
  const { codes, zero, isTransposed } = weights;
  const isAll = chosen.every((group, at) => group === at) && chosen.length === codes.dims[groups === 'rows' ? 0 : 1];
  const isCentred = !zero || zero.values.every((x) => x === 0);
  if (isAll && isCentred && !isTransposed && codes.type === 'int8') return codes.data as Int8Array;
  const bytes = new Int8Array(countOf(weights, groups, chosen));
  let tooLarge = 0;
  visitWeights(weights, groups, chosen, (value, to, row, column) => {
    const level = value - zeroAt(weights, row, column);
    bytes[to] = level;
    if (bytes[to] !== level) tooLarge++;
  });
  return tooLarge === 0 ? bytes : undefined;
}

function requantize(
  weights: Weights,
  groups: 'rows' | 'columns',
  chosen: readonly number[],
): { bytes: Int8Array; scales: Float64Array } {
  const toFloat = createReader(weights);
  const scales = new Float64Array(chosen.length);
  visitWeights(weights, groups, chosen, (value, _to, row, column, group) => {
    const size = Math.abs(toFloat(value, row, column)) / MAX_BYTE;
    if (size > (scales[group] ?? 0)) scales[group] = size;
  });
  const bytes = new Int8Array(countOf(weights, groups, chosen));
  visitWeights(weights, groups, chosen, (value, to, row, column, group) => {
    // A group of zeros has no scale, and stays zero.
    bytes[to] = Math.round(toFloat(value, row, column) / (scales[group] || 1));
  });
  return { bytes, scales };
}

function countOf({ codes }: Weights, groups: 'rows' | 'columns', chosen: readonly number[]): number {
  return (codes.dims[groups === 'rows' ? 1 : 0] ?? 0) * chosen.length;
}
