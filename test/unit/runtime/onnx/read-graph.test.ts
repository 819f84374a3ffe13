import { describe, expect, test } from 'vitest';
import { evaluateOutput } from '../../../../src/runtime/onnx/evaluate.js';
import { GraphError } from '../../../../src/runtime/onnx/graph-error.js';
import { readGraph } from '../../../../src/runtime/onnx/read-graph.js';
import {
  encodeModel,
  type ElementType,
  type OnnxModel,
  type OnnxNode,
} from '../../../../src/runtime/onnx/write-onnx.js';
import { concatenate } from './tiny-graphs.js';

function model(nodes: readonly Partial<OnnxNode>[], tensors: OnnxModel['tensors'] = [], opset = 17): Uint8Array {
  return encodeModel({
    graphName: '',
    producer: '',
    documentation: '',
    opset,
    inputs: [{ name: 'input_ids', type: 'int64', dims: ['b', 't'] }],
    outputs: [{ name: 'out', type: 'float32', dims: [] }],
    nodes: nodes.map((node) => ({
      operator: 'Identity',
      name: '',
      inputs: [],
      outputs: ['out'],
      attributes: {},
      ...node,
    })),
    tensors,
  });
}

function int64(...values: bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values).buffer);
}

function constant(
  name: string,
  type: ElementType,
  dims: readonly number[],
  view: ArrayBufferView,
): OnnxModel['tensors'][number] {
  return { name, type, dims, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength) };
}

const shape = (...values: bigint[]): OnnxModel['tensors'][number] => ({
  name: 'shape',
  type: 'int64',
  dims: [values.length],
  bytes: int64(...values),
});

/** A field of a message: its number, and bytes with their length before them. */
function field(number: number, ...content: (number | Uint8Array)[]): Uint8Array {
  const bytes = concatenate(content.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)));
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
  return concatenate([Uint8Array.of((number << 3) | 2, ...length), bytes]);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const OPSET = field(8, 0x10, 17);
const IDENTITY = field(1, field(1, text('w')), field(2, text('out')), field(4, text('Identity')));

/** A model of one tensor, whose fields are written by hand. */
function withTensor(...fields: Uint8Array[]): Uint8Array {
  return concatenate([
    field(7, IDENTITY, field(5, field(8, text('w')), ...fields), field(12, field(1, text('out')))),
    OPSET,
  ]);
}

function read(bytes: Uint8Array): { type: string; dims: readonly number[]; values: number[] } {
  const { type, dims, data } = evaluateOutput(readGraph(bytes), 'out', { ids: [1] });
  return { type, dims, values: [...data] };
}

describe('readGraph', () => {
  test.each([
    ['float32', Float32Array.of(1.5, -2), [1.5, -2]],
    ['double', Float64Array.of(0.1, -2e300), [0.1, -2e300]],
    ['int8', Int8Array.of(-128, 127), [-128, 127]],
    ['uint8', Uint8Array.of(0, 255), [0, 255]],
    ['bool', Uint8Array.of(0, 1), [0, 1]],
    ['int32', Int32Array.of(-5, 2 ** 31 - 1), [-5, 2 ** 31 - 1]],
    ['int64', BigInt64Array.of(-5n, 2n ** 53n), [-5, 2 ** 53]],
    ['float16', Uint16Array.of(0x3c00, 0xc580), [1, -5.5]],
    ['float16', Uint16Array.of(0x0001, 0x7bff), [2 ** -24, 65504]],
    ['float16', Uint16Array.of(0x7c00, 0xfc00), [Infinity, -Infinity]],
    ['float16', Uint16Array.of(0x7e00, 0x8000), [NaN, -0]],
  ] as const)('reads raw numbers of %s', (type, view, values) => {
    // One byte more in front, so that nothing lies where its type would like it.
    const bytes = concatenate([Uint8Array.of(0), model([{ inputs: ['w'] }], [constant('w', type, [2], view)])]);
    expect(read(bytes.subarray(1))).toEqual({ type, dims: [2], values });
  });

  test.each([
    ['float32, packed', 1, [field(4, new Uint8Array(Float32Array.of(1.5, -2).buffer))], [1.5, -2]],
    [
      'float32, one by one',
      1,
      [0, 1].map((x) => Uint8Array.of((4 << 3) | 5, ...new Uint8Array(Float32Array.of(x).buffer))),
      [0, 1],
    ],
    ['double', 11, [field(10, new Uint8Array(Float64Array.of(0.1, 2).buffer))], [0.1, 2]],
    ['int32', 6, [field(5, 7, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)], [7, -1]],
    ['int64, one by one', 7, [Uint8Array.of(7 << 3, 3, 7 << 3, 4)], [3, 4]],
    ['uint8', 2, [field(5, 200, 1, 9)], [200, 9]],
    ['float16', 10, [field(5, 0x80, 0x78, 0)], [1, 0]],
  ])('reads numbers of %s in fields of their own', (_what, code, fields, values) => {
    expect(read(withTensor(Uint8Array.of(0x08, 2, 0x10, code), ...fields)).values).toEqual(values);
  });

  test('gives int8 and float32 weights as views of the file', () => {
    const weights = constant('w', 'int8', [4096], new Int8Array(4096));
    const bytes = model([{ inputs: ['w'] }], [weights]);
    expect(readGraph(bytes).constants.get('w')?.data.buffer).toBe(bytes.buffer);
  });

  test('leaves constants that older files list among the inputs out of them', () => {
    const bytes = model([], [constant('input_ids', 'int8', [1], Int8Array.of(1))]);
    expect(readGraph(bytes).inputs).toEqual([]);
  });
});

describe('readGraph refuses', () => {
  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    [
      'external data',
      withTensor(Uint8Array.of(0x08, 2, 0x10, 1), field(13, field(1, text('location')))),
      /another file/,
    ],
    ['external data by its place', withTensor(Uint8Array.of(0x08, 2, 0x10, 1, 0x70, 1)), /another file/],
    [
      'subgraphs',
      concatenate([field(7, field(1, field(5, field(1, text('then')), field(6, field(2, text('g'))))))]),
      /graphs inside/,
    ],
    ['unknown types', withTensor(Uint8Array.of(0x08, 2, 0x10, 16)), /unknown type 16/],
    ['too few bytes', withTensor(Uint8Array.of(0x08, 2, 0x10, 1), field(9, 1, 2, 3)), /has 3 bytes/],
    [
      '2^40 numbers',
      withTensor(Uint8Array.of(0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x10, 1), field(9, 1)),
      /sensible/,
    ],
    [
      '2^40 numbers as a product',
      withTensor(Uint8Array.of(0x0a, 6, 0x80, 0x80, 0x40, 0x80, 0x80, 0x40, 0x10, 1), field(9, 1)),
      /sensible/,
    ],
    [
      'a negative size',
      withTensor(Uint8Array.of(0x08, ...new Array<number>(9).fill(255), 1, 0x10, 1), field(9, 1)),
      /sensible/,
    ],
    ['2^30 numbers without bytes', withTensor(Uint8Array.of(0x08, 0x80, 0x80, 0x80, 0x80, 0x04, 0x10, 1)), /has fewer/],
    ['an old operator set', model([], [], 9), /operator set 9/],
    ['a future operator set', model([], [], 99), /operator set 99/],
    ['two values of one name', model([{}, {}]), /two values of one name/],
    ['nothing', new Uint8Array(), /one graph/],
  ])('%s', (_what, bytes, message) => {
    expect(() => readGraph(bytes)).toThrow(GraphError);
    expect(() => readGraph(bytes)).toThrow(message);
  });
});

describe('evaluateOutput refuses', () => {
  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    ['an operator nobody knows', model([{ operator: 'Frobnicate', inputs: ['input_ids'] }]), /Frobnicate isn't known/],
    [
      'a property of every object',
      model([{ operator: 'constructor', inputs: ['input_ids'] }]),
      /constructor isn't known/,
    ],
    [
      "another maker's operator",
      model([{ operator: 'Attention', domain: 'com.microsoft' }]),
      /com\.microsoft\.Attention/,
    ],
    ['a missing input', model([{ operator: 'Relu' }]), /lacks an input/],
    ['a value that nothing makes', model([{ inputs: ['nowhere'] }]), /nothing makes/],
    ['a value that needs itself', model([{ inputs: ['out'] }]), /needs itself/],
    ['a circle', model([{ inputs: ['b'] }, { inputs: ['out'], outputs: ['b'] }]), /needs itself/],
    ['2^40 numbers', model([{ operator: 'ConstantOfShape', inputs: ['shape'] }], [shape(2n ** 40n)]), /sensible/],
    [
      '2^31 numbers of a small file',
      model([{ operator: 'ConstantOfShape', inputs: ['shape'] }], [shape(2n ** 31n)]),
      /more than its size/,
    ],
    [
      '2^30 copies',
      model([{ operator: 'Expand', inputs: ['input_ids', 'shape'] }], [shape(2n ** 29n, 1n)]),
      /more than its size/,
    ],
    [
      "a dimension that can't be",
      model([{ operator: 'Reshape', inputs: ['input_ids', 'shape'] }], [shape(-1n, -1n)]),
      /shape/,
    ],
    [
      "an axis that isn't there",
      model([{ operator: 'Softmax', inputs: ['input_ids'], attributes: { axis: 7 } }]),
      /axis/,
    ],
  ])('%s', (_what, bytes, message) => {
    const graph = readGraph(bytes);
    expect(() => evaluateOutput(graph, 'out', { ids: [1, 2] })).toThrow(GraphError);
    expect(() => evaluateOutput(graph, 'out', { ids: [1, 2] })).toThrow(message);
  });

  test('nothing of a graph that is deeper than any stack', () => {
    const nodes = Array.from({ length: 50_000 }, (_, at) => ({
      operator: 'Neg',
      inputs: [at === 0 ? 'input_ids' : `v${at}`],
      outputs: [`v${at + 1}`],
    }));
    const bytes = model([...nodes, { inputs: ['v50000'] }]);
    expect([...evaluateOutput(readGraph(bytes), 'out', { ids: [5] }).data]).toEqual([5]);
  });
});

describe('an attribute', () => {
  test('whose zero the writer left out is zero, not what the operator has by default', () => {
    const bytes = model([{ operator: 'ReduceSum', inputs: ['input_ids'], attributes: { keepdims: 0 } }]);
    // Field 3, a 0, then field 20, an integer's type: field 3 becomes one that no attribute has.
    const at = bytes.findIndex((_, index) =>
      [0x18, 0, 0xa0, 1, 2].every((byte, ahead) => bytes[index + ahead] === byte),
    );
    bytes[at] = 0x68;
    expect(at).toBeGreaterThan(0);
    expect(evaluateOutput(readGraph(bytes), 'out', { ids: [1, 2] }).dims).toEqual([]);
  });

  test('that moves the batches of a product is refused', () => {
    const attributes = { transBatchA: 1 };
    const bytes = model([
      { operator: 'FusedMatMul', domain: 'com.microsoft', inputs: ['input_ids', 'input_ids'], attributes },
    ]);
    expect(() => evaluateOutput(readGraph(bytes), 'out', { ids: [1, 2] })).toThrow(/batches/);
  });
});
