import { describe, expect, test } from 'vitest';
import { evaluateOutput } from '../../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../../src/runtime/onnx/read-graph.js';
import { encodeModel } from '../../../../src/runtime/onnx/write-onnx.js';
import { CASES, wave, type Case } from './operator-cases.js';
import { runModel } from './tiny-graphs.js';

function encode({ operator, opset, inputs, attributes = {}, type = 'float32', outputs = 1 }: Case): Uint8Array {
  const dot = operator.lastIndexOf('.');
  const names = inputs.map((input, at) => (input ? `in${at}` : ''));
  const results = Array.from({ length: outputs }, (_, at) => `out${at}`);
  return encodeModel({
    graphName: 'one',
    producer: 'tests',
    documentation: '',
    opset,
    inputs: [],
    outputs: results.map((name) => ({ name, type })),
    nodes: [
      {
        operator: operator.slice(dot + 1),
        ...(dot > 0 && { domain: operator.slice(0, dot) }),
        name: 'node',
        inputs: names,
        outputs: results,
        attributes,
      },
    ],
    tensors: inputs.flatMap((input, at) => (input ? [{ ...input, name: `in${at}` }] : [])),
  });
}

describe('evaluateOutput gives what ONNX Runtime gives for', () => {
  test.each(CASES.map((each) => [each.operator, each.opset, each.attributes ?? {}, each] as const))(
    '%s in operator set %i with %j',
    async (_operator, _opset, _attributes, each) => {
      const model = encode(each);
      const expected = await runModel(model, {});
      for (const [name, { dims, data }] of Object.entries(expected)) {
        const actual = evaluateOutput(readGraph(model), name, { ids: [1] });
        expect(actual.dims).toEqual(dims);
        expect(actual.type).toBe(each.type ?? 'float32');
        const numbers = Array.from(data, Number);
        expect(actual.data).toHaveLength(numbers.length);
        numbers.forEach((x, at) => {
          if (Number.isFinite(x))
            expect(Math.abs((actual.data[at] ?? NaN) - x)).toBeLessThan(1e-5 * Math.max(1, Math.abs(x)));
          else expect(actual.data[at]).toBe(x);
        });
      }
    },
  );

  test('what a graph quantises as it runs, but for the rounding', () => {
    const model = encode({ operator: 'DynamicQuantizeLinear', opset: 11, inputs: [wave(5)], outputs: 3 });
    const graph = readGraph(model);
    const [numbers, scale, zero] = ['out0', 'out1', 'out2'].map((name) => [
      ...evaluateOutput(graph, name, { ids: [1] }).data,
    ]);
    expect(numbers).toEqual([...evaluateOutput(graph, 'in0', { ids: [1] }).data]);
    expect([scale, zero]).toEqual([[1], [0]]);
  });
});
