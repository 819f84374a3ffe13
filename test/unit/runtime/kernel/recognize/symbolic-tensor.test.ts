import { describe, expect, test } from 'vitest';
import { combineConstant, combineSymbolic } from '../../../../../src/runtime/kernel/recognize/combine.js';
import type { LinearExpression, LookupExpression } from '../../../../../src/runtime/kernel/recognize/expression.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import {
  findResolved,
  resolve,
  tryResolve,
  viewOf,
  type SymbolicTensor,
} from '../../../../../src/runtime/kernel/recognize/symbolic-tensor.js';
import { readGraph, type Graph } from '../../../../../src/runtime/onnx/read-graph.js';
import { scalar, Tensor } from '../../../../../src/runtime/onnx/tensor.js';
import { makeRandomEncoder } from '../../../../support/random-encoder.js';

const weights = { codes: scalar('float32', 1), isTransposed: false, scales: [] };
const lookup: LookupExpression = { kind: 'lookup', shape: [3, 2], weights, addends: [] };

function makeLinear(): LinearExpression {
  const numbers = (...values: number[]): Float64Array => Float64Array.from(values);
  return { kind: 'linear', shape: [3, 2], input: lookup, weights, gain: numbers(1, 1), bias: numbers(0.5, -1) };
}

const double = (x: SymbolicTensor): SymbolicTensor => combineConstant('Mul', x, constant(2), false, () => undefined);
const constant = (x: number): { tensor: Tensor; name: undefined } => ({
  tensor: scalar('float32', x),
  name: undefined,
});

describe('a symbolic tensor', () => {
  test('stays what it is whatever is made of it', () => {
    const linear = makeLinear();
    const symbolic = viewOf(linear, [1, 3, 2]);
    const before = structuredClone({ ...symbolic.map, gain: linear.gain, bias: linear.bias });
    const made = [double(symbolic), combineSymbolic('Add', symbolic, double(symbolic)), resolve(double(symbolic))];
    for (const other of made) expect(other).not.toBe(symbolic);
    expect({ ...symbolic.map, gain: linear.gain, bias: linear.bias }).toEqual(before);
    expect(symbolic.base).toBe(linear);
    expect(Object.isFrozen(symbolic)).toBe(true);
  });

  test('resolves to one and the same expression for all who use it', () => {
    const doubled = double(viewOf(makeLinear(), [1, 3, 2]));
    expect(findResolved(doubled)).toBeUndefined();
    const resolved = resolve(doubled);
    expect(resolved.base).toMatchObject({ kind: 'linear', gain: Float64Array.of(2, 2), bias: Float64Array.of(1, -2) });
    expect(resolve(doubled)).toBe(resolved);
    expect(findResolved(doubled)).toBe(resolved);
    expect(tryResolve(doubled)).toBe(resolved);
  });

  test('resolves by itself: its like is an expression of its own', () => {
    const symbolic = viewOf(makeLinear(), [1, 3, 2]);
    const [one, other] = [double(symbolic), double(symbolic)];
    const resolved = resolve(one);
    expect(findResolved(other)).toBeUndefined();
    expect(resolve(other).base).not.toBe(resolved.base);
    expect(resolve(other).base).toEqual(resolved.base);
  });

  test('stays a function while nobody knows which', () => {
    const odd = viewOf(lookup, [1, 3, 2]).withMap({
      kind: 'any',
      width: 2,
      isPointwise: true,
      cost: 1,
      apply: (row) => row.map((x) => Math.sin(x)),
    });
    expect(tryResolve(odd)).toBe(odd);
    expect(() => resolve(odd)).toThrow('neither a known activation nor a norm');
  });
});

/** The numbers of all constants, and the operators. */
function copyGraph({ constants, nodes }: Graph): unknown {
  return structuredClone({
    constants: [...constants].map(([name, tensor]) => [name, tensor.dims, tensor.data]),
    nodes,
  });
}

test.each(['q8', 'uint8', 'fp32'] as const)('recognition leaves a %s graph as it was', (kind) => {
  const { model, outputName, maxTokens } = makeRandomEncoder({ kind, opset: 11, layers: 1 });
  const graph = readGraph(model);
  const before = copyGraph(graph);
  const [one, other] = [1, 2].map(() => recognizeEncoder(graph, { outputName, maxTokens }));
  expect(copyGraph(graph)).toEqual(before);
  const up = one?.layers[0]?.feedForward.up ?? expect.fail();
  const weightsBefore = structuredClone(up.quantize());
  up.read();
  expect(up.quantize()).toEqual(weightsBefore);
  expect(other?.layers[0]?.feedForward.up.quantize()).toEqual(weightsBefore);
});
