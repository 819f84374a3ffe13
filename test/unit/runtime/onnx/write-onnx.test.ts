import { describe, expect, test } from 'vitest';
import type { OnnxModel, OnnxTensor } from '../../../../src/runtime/onnx/write-onnx.js';
import { encodeModel } from '../../../../src/runtime/onnx/write-onnx.js';
import { loadRuntime } from '../../scripts/model/support.js';

function wrapConstant(tensor: OnnxTensor): OnnxModel {
  return {
    graphName: 'constant',
    producer: 'test',
    documentation: '',
    opset: 17,
    inputs: [{ name: 'offset', type: 'float32', dims: ['rows', 3] }],
    outputs: [{ name: 'sum', type: 'float32', dims: ['rows', 3] }],
    nodes: [
      { operator: 'Cast', name: 'cast', inputs: ['constant'], outputs: ['float'], attributes: { to: 1 } },
      { operator: 'Add', name: 'sum', inputs: ['float', 'offset'], outputs: ['sum'], attributes: {} },
    ],
    tensors: [tensor],
  };
}

async function readBack(tensor: OnnxTensor): Promise<{ dims: readonly number[]; values: number[] }> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(encodeModel(wrapConstant(tensor)));
  const { sum } = await session.run({ offset: new runtime.Tensor('float32', new Float32Array(6), [2, 3]) });
  await session.release();
  return { dims: sum?.dims ?? [], values: Array.from(sum?.data ?? []) };
}

describe('encodeModel', () => {
  test.each([
    ['float32', new Float32Array([1.5, -2, 0, 3e8, -0.25, 7]), [1.5, -2, 0, 3e8, -0.25, 7]],
    ['int8', new Int8Array([1, -127, 0, 127, -1, 7]), [1, -127, 0, 127, -1, 7]],
    ['int64', new BigInt64Array([1n, -2n, 0n, 1234567n, -1n, 7n]), [1, -2, 0, 1234567, -1, 7]],
  ] as const)('encodes a tensor of %s that ONNX Runtime reads back', async (type, values, expected) => {
    const bytes = new Uint8Array(values.buffer);
    const answer = await readBack({ name: 'constant', type, dims: [2, 3], bytes });
    expect(answer.dims).toEqual([2, 3]);
    expect(answer.values).toEqual(expected);
  });

  test('gives the same bytes for the same model', () => {
    const model = wrapConstant({ name: 'constant', type: 'int8', dims: [3], bytes: new Uint8Array([1, 2, 3]) });
    expect(encodeModel(model)).toEqual(encodeModel(model));
  });
});
