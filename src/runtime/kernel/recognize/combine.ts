/** What operators of two numbers make of symbolic tensors. */
import { GraphError } from '../../onnx/graph-error.js';
import { BINARY_FUNCTIONS, type BinaryFunction } from '../../onnx/functions.js';
import { alignTo } from '../../onnx/strides.js';
import type { Tensor } from '../../onnx/tensor.js';
import { isWhole, sizesOf } from './layout.js';
import { joinMaps, mapThen, mapWithVector, widthOf, type RowMap } from './row-map.js';
import { widthOfExpression, type Expression, type LookupExpression } from './expression.js';
import { isPlain, resolve, viewOf, type SymbolicTensor } from './symbolic-tensor.js';

/** A constant operand; `name` is undefined when the graph has none for it. */
export interface Constant {
  readonly tensor: Tensor;
  readonly name: string | undefined;
}

/** Notes that a constant was taken for what it is for short texts, to be looked at again for long ones. */
export type Assume = (name: string | undefined, holds: (tensor: Tensor) => boolean, otherwise: string) => void;

/** Constants of a graph are float32, and those made from lengths may be rounded differently. */
const TOLERANCE = 1e-6;

/** `operator` of a symbolic tensor and a constant, which is on the left where it says so. */
export function combineConstant(
  operator: string,
  symbolic: SymbolicTensor,
  { tensor, name }: Constant,
  isLeft: boolean,
  assume: Assume,
): SymbolicTensor {
  const sizes = sizesOf(symbolic.layout);
  const uniform = findUniform(tensor);
  if (uniform === undefined) return withVector(operator, symbolic, { tensor, name }, isLeft, assume);
  const isMask = symbolic.base.kind === 'scores' || symbolic.base.kind === 'probabilities';
  // A mean's count depends on the text's length, as it should.
  if (symbolic.base.kind !== 'pooled') {
    const why = isMask ? 'It treats attention in long texts differently.' : 'It treats long texts differently.';
    assume(name, (other) => isNear(findUniform(other) ?? NaN, uniform), why);
  }
  const product = tensor.size > sizes.reduce((total, size) => total * size, 1);
  if (product) throw new GraphError('It repeats its vectors.');
  return symbolic.withMap(mapUniform(operator, symbolic, uniform, isLeft));
}

function isNear(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.abs(b);
}

/** The one number that a tensor holds, however often. */
function findUniform({ data, size }: Tensor): number | undefined {
  const [first] = data;
  if (size > 1) for (const x of data) if (x !== first) return undefined;
  return first;
}

function functionOf(operator: string): BinaryFunction {
  const f = BINARY_FUNCTIONS[operator];
  if (!f) throw new GraphError(`It has the operator ${operator} where no encoder has it.`);
  return f;
}

function mapUniform(operator: string, { map, base }: SymbolicTensor, by: number, isLeft: boolean): RowMap {
  if (map.kind === 'affine') {
    const { scale, shift } = map;
    if (operator === 'Add') return { kind: 'affine', scale, shift: shift + by };
    if (operator === 'Mul') return { kind: 'affine', scale: scale * by, shift: shift * by };
    if (operator === 'Sub' && isLeft) return { kind: 'affine', scale: -scale, shift: by - shift };
    if (operator === 'Sub') return { kind: 'affine', scale, shift: shift - by };
    if (operator === 'Div' && !isLeft) return { kind: 'affine', scale: scale / by, shift: shift / by };
  }
  // What is added to nothing or multiplied by one changes nothing.
  if (by === 0 && (operator === 'Add' || (operator === 'Sub' && !isLeft))) return map;
  if (by === 1 && (operator === 'Mul' || (operator === 'Div' && !isLeft))) return map;
  const f = functionOf(operator);
  return mapThen(map, widthOfExpression(base), isLeft ? (x) => f(by, x) : (x) => f(x, by));
}

/** A constant of several numbers: a bias, scales, a norm's weights, or positions. */
function withVector(
  operator: string,
  symbolic: SymbolicTensor,
  constant: Constant,
  isLeft: boolean,
  assume: Assume,
): SymbolicTensor {
  const { base, map } = symbolic;
  if (base.kind === 'scores') throw new GraphError('It adds something to the attention scores.');
  if (!isPlain(symbolic)) throw new GraphError('It changes parts of its vectors by their position or head.');
  const { tensor, name } = constant;
  // Looked at for every position, and with padding, when the embedding is put together.
  if (base.kind === 'lookup' && map.kind === 'affine' && isShift(operator, isLeft))
    return addToLookup(symbolic, constant, operator === 'Sub' ? -1 : 1);
  const vector = findVector(tensor, symbolic);
  if (!vector) throw new GraphError('It changes its vectors by their position, and not only at the start.');
  assume(
    name,
    (other) => findVector(other, symbolic)?.every((x, at) => isNear(x, vector[at] ?? NaN)) === true,
    'It treats long texts differently.',
  );
  if (map.kind === 'affine') {
    const folded = foldVector(resolve(symbolic).base, operator, vector, isLeft);
    if (folded) return viewOf(folded, sizesOf(symbolic.layout));
  }
  const f = functionOf(operator);
  const made = mapWithVector(map, widthOfExpression(base), vector, isLeft ? (x, y) => f(y, x) : f);
  return symbolic.withMap(made);
}

/** What a constant has for each channel, the same for every token. */
function findVector(tensor: Tensor, { base, layout }: SymbolicTensor): Float64Array | undefined {
  const width = widthOfExpression(base);
  const dims = sizesOf(layout);
  const aligned = tensor.size > width ? tensor.data : alignTo(tensor, dims);
  if (tensor.dims.at(-1) !== width || aligned.length % width !== 0) return undefined;
  const vector = Float64Array.from(aligned.subarray(0, width));
  for (let at = width; at < aligned.length; at++) if (aligned[at] !== vector[at % width]) return undefined;
  return vector;
}

/** Whether `operator` adds a constant, or takes it off. */
function isShift(operator: string, isLeft: boolean): boolean {
  return operator === 'Add' || (operator === 'Sub' && !isLeft);
}

function addToLookup(symbolic: SymbolicTensor, { tensor, name }: Constant, factor: number): SymbolicTensor {
  const { base } = resolve(symbolic);
  if (base.kind !== 'lookup') throw new GraphError('It adds positions where no encoder does.');
  return viewOf({ ...base, addends: [...base.addends, { name, tensor, factor }] }, sizesOf(symbolic.layout));
}

/** An expression with a vector in it; undefined when it has no place for one. */
function foldVector(
  expression: Expression,
  operator: string,
  vector: Float64Array,
  isLeft: boolean,
): Expression | undefined {
  const isScale = operator === 'Mul' || (operator === 'Div' && !isLeft);
  const by = operator === 'Div' ? vector.map((x) => 1 / x) : operator === 'Sub' ? vector.map((x) => -x) : vector;
  if (!isScale && !isShift(operator, isLeft)) return undefined;
  const change = <Numbers extends Float32Array | Float64Array>(values: Numbers, f: BinaryFunction): Numbers => {
    const out = values.slice() as Numbers;
    for (let at = 0; at < out.length; at++) out[at] = f(out[at] ?? 0, by[at] ?? 0);
    return out;
  };
  const f: BinaryFunction = isScale ? (x, y) => x * y : (x, y) => x + y;
  switch (expression.kind) {
    case 'linear':
      return { ...expression, bias: change(expression.bias, f), ...(isScale && { gain: change(expression.gain, f) }) };
    case 'norm': {
      const { gamma, beta, epsilon } = expression.norm;
      const norm = { epsilon, beta: change(beta, f), gamma: isScale ? change(gamma, f) : gamma };
      return { ...expression, norm };
    }
    case 'sum': {
      const left =
        !isScale && expression.left.kind === 'linear' && foldVector(expression.left, operator, vector, isLeft);
      return left ? { ...expression, left } : undefined;
    }
    default:
      return undefined;
  }
}

/** `operator` of two symbolic tensors. */
export function combineSymbolic(operator: string, a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  const byRow = scaleByRow(operator, a, b) ?? (operator === 'Mul' ? scaleByRow(operator, b, a) : undefined);
  if (byRow) return byRow;
  const width = widthOfExpression(a.base);
  if (a.base === b.base && isPlain(a) && isPlain(b)) {
    const wide = widthOf(a.map, width) === 1 ? b : a;
    return wide.withMap(joinTwo(operator, a.map, b.map, width));
  }
  if (operator !== 'Add') throw new GraphError('It multiplies or subtracts two things that depend on the tokens.');
  const [left, right] = [resolve(a), resolve(b)];
  const { shape } = left.base;
  if (!isPlain(left) || !isPlain(right) || shape.join() !== right.base.shape.join()) {
    throw new GraphError('It adds vectors of different kinds.');
  }
  return viewOf({ kind: 'sum', shape, left: left.base, right: right.base }, sizesOf(left.layout));
}

function joinTwo(operator: string, a: RowMap, b: RowMap, width: number): RowMap {
  if (a.kind === 'affine' && b.kind === 'affine' && (operator === 'Add' || operator === 'Sub')) {
    const sign = operator === 'Add' ? 1 : -1;
    return { kind: 'affine', scale: a.scale + sign * b.scale, shift: a.shift + sign * b.shift };
  }
  return joinMaps(a, b, width, functionOf(operator));
}

/** A table whose scales, or zero points, are looked up beside its bytes. */
function scaleByRow(operator: string, a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor | undefined {
  if (a.base.kind !== 'lookup' || b.base.kind !== 'lookup' || widthOfExpression(b.base) !== 1) return undefined;
  if (widthOfExpression(a.base) === 1 || !isWhole(a.layout, a.base.shape)) return undefined;
  const [table, column] = [resolve(a).base as LookupExpression, resolve(b).base as LookupExpression];
  if (column.addends.length > 0 || column.weights.isTransposed || table.weights.isTransposed) return undefined;
  const values = Float64Array.from(column.weights.codes.data);
  for (const { along, values: factors } of column.weights.scales) {
    values.forEach((x, at) => {
      values[at] = x * (factors[along === 'rows' ? at : 0] ?? 1);
    });
  }
  const { weights, addends, shape } = table;
  const rows = { along: 'rows', values } as const;
  if (operator === 'Mul') return scaleRows(table, a, rows);
  if (operator !== 'Sub' || weights.zero || weights.scales.length > 0 || addends.length > 0) return undefined;
  return viewOf({ kind: 'lookup', shape, addends, weights: { ...weights, zero: rows } }, sizesOf(a.layout));
}

function scaleRows(
  { weights, addends, shape }: LookupExpression,
  { layout, map }: SymbolicTensor,
  rows: { readonly along: 'rows'; readonly values: Float64Array },
): SymbolicTensor | undefined {
  // A zero point that was taken off before: the only addend there may be.
  const zero = map.kind === 'affine' && map.scale === 1 ? -map.shift : 0;
  if (addends.length !== (zero === 0 ? 0 : 1) || (zero !== 0 && weights.zero)) return undefined;
  const scales = [...weights.scales, rows];
  const shifted = zero === 0 ? weights : { ...weights, zero: { along: 'all', values: Float64Array.of(zero) } as const };
  return viewOf({ kind: 'lookup', shape, addends: [], weights: { ...shifted, scales } }, sizesOf(layout));
}
