/** Operators with inputs, to be evaluated here and by ONNX Runtime. */
import type { ElementType, OnnxNode, OnnxTensor } from '../../../../src/runtime/onnx/write-onnx.js';

type Attributes = OnnxNode['attributes'];

/** One operator, its inputs (undefined where one is left out), and its outputs' type. */
export interface Case {
  readonly operator: string;
  readonly opset: number;
  readonly inputs: readonly (OnnxTensor | undefined)[];
  readonly attributes?: Attributes;
  readonly type?: ElementType;
  readonly outputs?: number;
}

const VIEWS = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

function tensor(type: keyof typeof VIEWS | 'int64', dims: readonly number[], values: readonly number[]): OnnxTensor {
  const view = type === 'int64' ? BigInt64Array.from(values, BigInt) : VIEWS[type].from(values);
  return { name: '', type, dims, bytes: new Uint8Array(view.buffer) };
}

const floats = (dims: readonly number[], ...values: number[]): OnnxTensor => tensor('float32', dims, values);
const longs = (...values: number[]): OnnxTensor => tensor('int64', [values.length], values);
const long = (value: number): OnnxTensor => tensor('int64', [], [value]);

/** Numbers of both signs, some whole. */
export const wave = (...dims: number[]): OnnxTensor => {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return floats(dims, ...Array.from({ length: size }, (_, at) => Math.round(Math.sin(at * 2.3 + 0.4) * 40) / 8));
};

const unary = [
  'Abs',
  'Neg',
  'Exp',
  'Sin',
  'Cos',
  'Tanh',
  'Relu',
  'Sigmoid',
  'Erf',
  'Floor',
  'Ceil',
  'Round',
  'Sign',
  'Identity',
];
const reductions = [
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceL1',
  'ReduceL2',
  'ReduceSumSquare',
  'ReduceProd',
];

/** Each in the forms that it has in its operator sets. */
export const CASES: Case[] = [
  ...unary.map((operator) => ({ operator, opset: 14, inputs: [wave(2, 5)] })),
  ...['Sqrt', 'Log', 'Reciprocal'].map((operator) => ({ operator, opset: 14, inputs: [floats([3], 0.5, 4, 9)] })),
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'].flatMap((operator) => [
    { operator, opset: 14, inputs: [wave(2, 1, 3), wave(4, 1)] },
    { operator, opset: 14, inputs: [wave(), wave(3, 2)] },
  ]),
  { operator: 'Max', opset: 13, inputs: [wave(2, 3), wave(3), wave(2, 1)] },
  { operator: 'Pow', opset: 15, inputs: [wave(5), floats([], 2)] },
  { operator: 'Div', opset: 14, inputs: [longs(7, -7, 9), longs(2, 2, 3)], type: 'int64' },
  { operator: 'Mod', opset: 13, inputs: [longs(7, -7, 9), longs(3, 3, -4)], type: 'int64' },
  ...(['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'] as const).map((operator) => ({
    operator,
    opset: 16,
    inputs: [floats([3], 1, 2, 3), floats([1], 2)],
    type: 'bool' as const,
  })),
  ...['And', 'Or', 'Xor'].map((operator) => ({
    operator,
    opset: 14,
    inputs: [tensor('bool', [4], [0, 0, 1, 1]), tensor('bool', [4], [0, 1, 0, 1])],
    type: 'bool' as const,
  })),
  { operator: 'Not', opset: 14, inputs: [tensor('bool', [2], [0, 1])], type: 'bool' },
  { operator: 'IsNaN', opset: 13, inputs: [floats([3], NaN, 1, Infinity)], type: 'bool' },
  { operator: 'Where', opset: 16, inputs: [tensor('bool', [2, 1], [0, 1]), wave(3), wave(2, 3)] },
  { operator: 'Clip', opset: 11, inputs: [wave(6), floats([], -1), floats([], 2)] },
  { operator: 'Clip', opset: 13, inputs: [wave(6), undefined, floats([], 1)] },
  { operator: 'Cast', opset: 13, inputs: [floats([4], -2.7, 0, 0.3, 2.7)], attributes: { to: 7 }, type: 'int64' },
  { operator: 'Cast', opset: 13, inputs: [floats([3], -2.7, 0, 0.3)], attributes: { to: 9 }, type: 'bool' },
  { operator: 'Cast', opset: 13, inputs: [longs(-3, 4)], attributes: { to: 1 } },
  { operator: 'CastLike', opset: 15, inputs: [longs(-3, 4), wave()] },
  { operator: 'Gelu', opset: 20, inputs: [wave(9)] },
  { operator: 'Gelu', opset: 20, inputs: [wave(9)], attributes: { approximate: 'tanh' } },
  { operator: 'com.microsoft.BiasGelu', opset: 17, inputs: [wave(3, 4), wave(4)] },
  { operator: 'com.microsoft.FastGelu', opset: 17, inputs: [wave(3, 4)] },
  // Shapes.
  { operator: 'Shape', opset: 14, inputs: [wave(2, 3, 4)], type: 'int64' },
  { operator: 'Shape', opset: 15, inputs: [wave(2, 3, 4)], attributes: { start: -2, end: -1 }, type: 'int64' },
  { operator: 'Size', opset: 13, inputs: [wave(2, 3, 4)], type: 'int64' },
  { operator: 'Reshape', opset: 11, inputs: [wave(2, 3, 4), longs(0, -1)] },
  { operator: 'Reshape', opset: 14, inputs: [floats([0, 3]), longs(3, 0)], attributes: { allowzero: 1 } },
  { operator: 'Squeeze', opset: 11, inputs: [wave(1, 3, 1)], attributes: { axes: [-1] } },
  { operator: 'Squeeze', opset: 13, inputs: [wave(1, 3, 1), longs(0)] },
  { operator: 'Squeeze', opset: 13, inputs: [wave(1, 3, 1)] },
  { operator: 'Unsqueeze', opset: 11, inputs: [wave(3)], attributes: { axes: [0, 2] } },
  { operator: 'Unsqueeze', opset: 13, inputs: [wave(3, 2), longs(-1, 1)] },
  { operator: 'Flatten', opset: 13, inputs: [wave(2, 3, 4)], attributes: { axis: -1 } },
  { operator: 'Transpose', opset: 13, inputs: [wave(2, 3, 4)] },
  { operator: 'Transpose', opset: 13, inputs: [wave(2, 3, 4)], attributes: { perm: [1, 2, 0] } },
  { operator: 'Expand', opset: 13, inputs: [wave(3, 1), longs(2, 1, 4)] },
  { operator: 'Tile', opset: 13, inputs: [wave(2, 3), longs(2, 2)] },
  { operator: 'Range', opset: 11, inputs: [long(2), long(11), long(4)], type: 'int64' },
  { operator: 'ConstantOfShape', opset: 11, inputs: [longs(2, 3)] },
  { operator: 'ConstantOfShape', opset: 11, inputs: [longs(2)], attributes: { value: longs(7) }, type: 'int64' },
  { operator: 'Constant', opset: 13, inputs: [], attributes: { value_float: { float: 1.5 } } },
  { operator: 'Constant', opset: 13, inputs: [], attributes: { value_int: 5 }, type: 'int64' },
  { operator: 'Constant', opset: 13, inputs: [], attributes: { value_ints: [5, -6] }, type: 'int64' },
  { operator: 'Trilu', opset: 14, inputs: [wave(2, 3, 4)], attributes: { upper: 0 } },
  { operator: 'Trilu', opset: 14, inputs: [wave(3, 4), long(1)] },
  // Indexes.
  { operator: 'Gather', opset: 13, inputs: [wave(4, 3), tensor('int64', [2, 2], [0, -1, 2, 2])] },
  { operator: 'Gather', opset: 13, inputs: [wave(2, 4, 3), long(-2)], attributes: { axis: 1 } },
  { operator: 'GatherElements', opset: 13, inputs: [wave(3, 3), tensor('int64', [2, 3], [0, 1, -1, 2, 0, 0])] },
  { operator: 'GatherND', opset: 13, inputs: [wave(2, 4, 3), tensor('int64', [2, 2], [0, 1, 1, -1])] },
  { operator: 'ScatterND', opset: 16, inputs: [wave(4, 2), tensor('int64', [2, 1], [3, 1]), wave(2, 2)] },
  { operator: 'Slice', opset: 11, inputs: [wave(4, 6), longs(1, -2), longs(2 ** 40, -7), longs(0, 1), longs(2, -1)] },
  { operator: 'Slice', opset: 13, inputs: [wave(4, 6), longs(-3), longs(-1)] },
  { operator: 'Split', opset: 11, inputs: [wave(2, 6)], attributes: { axis: 1, split: [1, 2, 3] }, outputs: 3 },
  { operator: 'Split', opset: 13, inputs: [wave(2, 6), longs(5, 1)], attributes: { axis: -1 }, outputs: 2 },
  { operator: 'Split', opset: 13, inputs: [wave(2, 6)], attributes: { axis: 1 }, outputs: 2 },
  { operator: 'Split', opset: 18, inputs: [wave(7)], attributes: { num_outputs: 3 }, outputs: 3 },
  { operator: 'Concat', opset: 13, inputs: [wave(2, 3, 2), wave(2, 1, 2)], attributes: { axis: -2 } },
  { operator: 'CumSum', opset: 14, inputs: [wave(2, 3, 2), long(1)] },
  // Reductions.
  ...reductions.flatMap((operator): Case[] => [
    { operator, opset: 11, inputs: [wave(2, 3, 4)], attributes: { axes: [1], keepdims: 0 } },
    { operator, opset: 18, inputs: [wave(2, 3, 4), longs(-1, 0)] },
  ]),
  { operator: 'ReduceSum', opset: 13, inputs: [wave(2, 3), longs(0)], attributes: { keepdims: 0 } },
  { operator: 'ReduceSum', opset: 13, inputs: [wave(2, 3)] },
  { operator: 'ReduceMean', opset: 18, inputs: [wave(2, 3)], attributes: { noop_with_empty_axes: 1 } },
  // Products.
  { operator: 'MatMul', opset: 13, inputs: [wave(2, 3, 5), wave(5, 4)] },
  { operator: 'MatMul', opset: 13, inputs: [wave(2, 1, 3, 5), wave(3, 5, 2)] },
  { operator: 'MatMul', opset: 13, inputs: [wave(2, 5), wave(3, 5, 2)] },
  { operator: 'MatMul', opset: 13, inputs: [wave(5), wave(5)] },
  { operator: 'MatMul', opset: 13, inputs: [wave(3, 5), wave(5)] },
  { operator: 'Gemm', opset: 13, inputs: [wave(2, 5), wave(5, 3)] },
  {
    operator: 'Gemm',
    opset: 13,
    inputs: [wave(5, 2), wave(3, 5), wave(3)],
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  {
    operator: 'com.microsoft.FusedMatMul',
    opset: 17,
    inputs: [wave(2, 3, 5), wave(2, 4, 5)],
    attributes: { transB: 1, alpha: { float: 0.25 } },
  },
  {
    operator: 'MatMulInteger',
    opset: 11,
    inputs: [
      tensor('uint8', [2, 3], [1, 2, 250, 4, 5, 6]),
      tensor('int8', [3, 2], [-128, 2, 3, -4, 5, 127]),
      tensor('uint8', [], [7]),
      tensor('int8', [2], [1, -2]),
    ],
    type: 'int32',
  },
  // Bytes.
  {
    operator: 'DequantizeLinear',
    opset: 13,
    inputs: [tensor('uint8', [2, 2], [0, 9, 200, 255]), floats([], 0.5), tensor('uint8', [], [9])],
  },
  {
    operator: 'DequantizeLinear',
    opset: 13,
    inputs: [tensor('int8', [2, 3], [-128, 1, 2, 3, 4, 127]), floats([2], 0.5, 2), tensor('int8', [2], [0, 3])],
    attributes: { axis: 0 },
  },
  {
    operator: 'QuantizeLinear',
    opset: 13,
    inputs: [wave(9), floats([], 0.25), tensor('uint8', [], [3])],
    type: 'uint8',
  },
  {
    operator: 'QuantizeLinear',
    opset: 13,
    inputs: [wave(2, 3), floats([3], 0.25, 0.02, 1), tensor('int8', [3], [0, 1, 2])],
    attributes: { axis: -1 },
    type: 'int8',
  },
  // Norms.
  { operator: 'Softmax', opset: 11, inputs: [wave(2, 3, 4)] },
  { operator: 'Softmax', opset: 13, inputs: [wave(2, 3, 4)] },
  { operator: 'Softmax', opset: 13, inputs: [wave(2, 3, 4)], attributes: { axis: 1 } },
  {
    operator: 'LayerNormalization',
    opset: 17,
    inputs: [wave(2, 6), wave(6), wave(6)],
    attributes: { epsilon: { float: 0.1 } },
  },
  { operator: 'LayerNormalization', opset: 17, inputs: [wave(2, 3, 2), wave(3, 2)], attributes: { axis: 1 } },
  {
    operator: 'com.microsoft.SkipLayerNormalization',
    opset: 17,
    inputs: [wave(1, 2, 4), wave(1, 2, 4), wave(4), wave(4), wave(4)],
  },
  { operator: 'LpNormalization', opset: 11, inputs: [wave(2, 3)] },
  { operator: 'LpNormalization', opset: 11, inputs: [wave(2, 3, 2)], attributes: { axis: 1, p: 1 } },
];
