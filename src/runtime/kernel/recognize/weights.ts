/** A matrix of weights as the file has it: numbers or bytes, with what they are shifted and multiplied by. */
import type { Evaluator } from '../../onnx/evaluate.js';
import { GraphError } from '../../onnx/graph-error.js';
import type { Graph, GraphNode } from '../../onnx/read-graph.js';
import type { Tensor } from '../../onnx/tensor.js';

/** Numbers along one axis of a matrix as stored, or one for all. */
export interface AlongAxis {
  readonly along: 'rows' | 'columns' | 'all';
  readonly values: Float64Array;
}

/** `(codes - zero) * each of scales`, transposed where it says so. */
export interface Weights {
  /** `[rows, columns]` as stored; numbers of a large one are read in parts. */
  readonly codes: Tensor;
  readonly isTransposed: boolean;
  readonly zero?: AlongAxis;
  readonly scales: readonly AlongAxis[];
}

/** Weights are a few operators away from the file's bytes. */
const MAX_STEPS = 8;

/** Types whose numbers are bytes that mean something else. */
export function isBytes(tensor: Tensor): boolean {
  return tensor.type === 'int8' || tensor.type === 'uint8';
}

/** Reads weights back from a constant to the file's bytes. @throws GraphError when it isn't a matrix. */
export function findWeights(graph: Graph, evaluator: Evaluator, name: string): Weights {
  const weights = follow(graph, evaluator, name, MAX_STEPS);
  if (weights.codes.dims.length > 2) throw new GraphError('It has weights that are not a matrix.');
  return weights;
}

function follow(graph: Graph, evaluator: Evaluator, name: string, steps: number): Weights {
  const node = graph.producers.get(name);
  const found = node && steps > 0 ? followNode(graph, evaluator, node, steps - 1) : undefined;
  return found ?? { codes: evaluator.get(name), isTransposed: false, scales: [] };
}

function followNode(graph: Graph, evaluator: Evaluator, node: GraphNode, steps: number): Weights | undefined {
  const [first = '', second = '', third = ''] = node.inputs;
  const inner = (): Weights => follow(graph, evaluator, first, steps);
  switch (node.operator) {
    case 'Identity':
      return inner();
    case 'Cast': {
      const type = evaluator.get(node.outputs[0] ?? '').type;
      return type === 'float32' || type === 'float16' || type === 'double' ? inner() : undefined;
    }
    case 'Transpose': {
      const weights = inner();
      return evaluator.get(first).dims.length === 2 && isSwap(node)
        ? { ...weights, isTransposed: !weights.isTransposed }
        : undefined;
    }
    case 'Mul':
    case 'Div':
      return scaleBy(graph, evaluator, node, steps);
    case 'Sub':
      return shiftBy(inner(), evaluator.get(second));
    case 'DequantizeLinear':
      return dequantize(node, inner(), evaluator.get(second), third === '' ? undefined : evaluator.get(third));
    default:
      return undefined;
  }
}

function isSwap({ attributes }: GraphNode): boolean {
  const order = attributes.get('perm');
  return order === undefined || (Array.isArray(order) && order.join() === '1,0');
}

function scaleBy(graph: Graph, evaluator: Evaluator, node: GraphNode, steps: number): Weights | undefined {
  const [a = '', b = ''] = node.inputs;
  const size = evaluator.get(node.outputs[0] ?? '').size;
  const isFirst = evaluator.get(a).size === size;
  if (!isFirst && node.operator === 'Div') return undefined;
  const weights = follow(graph, evaluator, isFirst ? a : b, steps);
  const factor = alongAxis(weights, evaluator.get(isFirst ? b : a));
  if (!factor) return undefined;
  const values = node.operator === 'Div' ? factor.values.map((x) => 1 / x) : factor.values;
  return { ...weights, scales: [...weights.scales, { ...factor, values }] };
}

function shiftBy(weights: Weights, zero: Tensor): Weights | undefined {
  const shift = alongAxis(weights, zero);
  return shift && !weights.zero && weights.scales.length === 0 ? { ...weights, zero: shift } : undefined;
}

function dequantize(node: GraphNode, weights: Weights, scale: Tensor, zero: Tensor | undefined): Weights | undefined {
  if (weights.zero || weights.scales.length > 0 || node.attributes.get('block_size')) return undefined;
  const given = Number(node.attributes.get('axis') ?? 1);
  const axis = given < 0 ? given + weights.codes.dims.length : given;
  const place = (tensor: Tensor): AlongAxis => ({
    along: tensor.size === 1 ? 'all' : (axis === 0) === weights.isTransposed ? 'columns' : 'rows',
    values: Float64Array.from(tensor.data),
  });
  return { ...weights, scales: [place(scale)], ...(zero && { zero: place(zero) }) };
}

/** A small constant that a matrix meets by broadcasting, as numbers along an axis of the matrix as stored. */
export function alongAxis({ codes, isTransposed }: Weights, tensor: Tensor): AlongAxis | undefined {
  const { data, size } = tensor;
  const values = Float64Array.from(data);
  if (size === 1) return { along: 'all', values };
  const [rows = 1, columns = 1] = isTransposed ? [...codes.dims].reverse() : codes.dims;
  const [ownRows = 1, ownColumns = 1] = tensor.dims.length === 1 ? [1, ...tensor.dims] : tensor.dims.slice(-2);
  if (ownColumns === columns && ownRows === 1 && size === columns) {
    return { along: isTransposed ? 'rows' : 'columns', values };
  }
  if (ownRows === rows && ownColumns === 1 && size === rows)
    return { along: isTransposed ? 'columns' : 'rows', values };
  return undefined;
}

/** Rows and columns of the matrix that is meant. */
export function shapeOf({ codes, isTransposed }: Weights): [rows: number, columns: number] {
  const [rows = 1, columns = 1] = codes.dims;
  return isTransposed ? [columns, rows] : [rows, columns];
}

/** One number for each row and one for each column as stored: the product of all scales. */
export function joinScales({ codes, scales }: Weights): { rows: Float64Array; columns: Float64Array } {
  const [rowCount = 1, columnCount = 1] = codes.dims;
  const [rows, columns] = [new Float64Array(rowCount).fill(1), new Float64Array(columnCount).fill(1)];
  for (const { along, values } of scales) {
    const target = along === 'rows' ? rows : columns;
    target.forEach((x, at) => {
      target[at] = x * (values[at % values.length] ?? 1);
    });
  }
  return { rows, columns };
}
