/** Operators that make and change shapes. Source: ONNX operators, each by its name. */
import type { Call, Operator } from '../call.js';
import { GraphError } from '../graph-error.js';
import { copyStrided, stridesOf } from '../strides.js';
import { scalar, Tensor } from '../tensor.js';

function shape(call: Call): Tensor {
  const { dims } = call.input(0);
  const part = dims.slice(call.number('start', 0), call.number('end', dims.length));
  return Tensor.of('int64', [part.length], Float64Array.from(part));
}

function reshape(call: Call): Tensor {
  const input = call.input(0);
  const keepsZero = call.number('allowzero', 0) === 1;
  const wanted = [...call.input(1).data].map((dim, axis) => (dim === 0 && !keepsZero ? (input.dims[axis] ?? 0) : dim));
  const rest = wanted.reduce((product, dim) => (dim === -1 ? product : product * dim), 1);
  return input.reshape(wanted.map((dim) => (dim === -1 ? input.size / rest : dim)));
}

function squeeze(call: Call): Tensor {
  const input = call.input(0);
  const axes = call.listOrInput('axes', 1)?.map((axis) => call.axis(axis, input.dims.length));
  return input.reshape(input.dims.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1)));
}

function unsqueeze(call: Call): Tensor {
  const input = call.input(0);
  const axes = call.listOrInput('axes', 1) ?? [];
  const rank = input.dims.length + axes.length;
  const added = axes.map((axis) => call.axis(axis, rank));
  const dims = [...input.dims];
  for (const axis of [...added].sort((a, b) => a - b)) dims.splice(axis, 0, 1);
  return input.reshape(dims);
}

function flatten(call: Call): Tensor {
  const input = call.input(0);
  const given = call.number('axis', 1);
  const axis = given < 0 ? given + input.dims.length : given;
  const rows = input.dims.slice(0, axis).reduce((product, dim) => product * dim, 1);
  return input.reshape([rows, rows === 0 ? 0 : input.size / rows]);
}

/** A tensor with its dimensions in another order. */
export function transpose(call: Call, input: Tensor, order: readonly number[]): Tensor {
  const strides = stridesOf(input.dims);
  const isOrder = order.length === strides.length && new Set(order).size === order.length;
  if (!isOrder || order.some((axis) => strides[axis] === undefined))
    throw call.refuse('names axes that its input lacks');
  const dims = order.map((axis) => input.dims[axis] ?? 0);
  return call.make(input.type, dims, (out) => {
    const moved = order.map((axis) => strides[axis] ?? 0);
    copyStrided(input.data, 0, moved, dims, out);
  });
}

function constant(call: Call): Tensor {
  const [[name, value] = []] = call.node.attributes;
  if (value instanceof Tensor) return value;
  const type = name?.startsWith('value_int') ? 'int64' : 'float32';
  const isNumber = name?.startsWith('value_int') === true || name?.startsWith('value_float') === true;
  if (!isNumber || typeof value === 'string') throw new GraphError('It has a constant of an unknown kind.');
  if (typeof value === 'number') return scalar(type, value);
  const numbers = value ?? [];
  return Tensor.of(type, [numbers.length], type === 'int64' ? Float64Array.from(numbers) : Float32Array.from(numbers));
}

function constantOfShape(call: Call): Tensor {
  const value = call.node.attributes.get('value');
  const filler = value instanceof Tensor ? value : scalar('float32', 0);
  return call.make(filler.type, [...call.input(0).data], (out) => out.fill(filler.data[0] ?? 0));
}

function range(call: Call): Tensor {
  const [start = 0, limit = 0, step = 1] = [0, 1, 2].map((index) => call.input(index).data[0]);
  const size = Math.max(0, Math.ceil((limit - start) / step));
  return call.make(call.input(0).type, [size], (out) => {
    for (let i = 0; i < size; i++) out[i] = start + i * step;
  });
}

function tile(call: Call): Tensor {
  const input = call.input(0);
  const repeats = call.input(1).data;
  const strides = stridesOf(input.dims);
  // Each dimension as two: the repetition, which stays where it is, and the original.
  const dims = input.dims.flatMap((dim, axis) => [repeats[axis] ?? 1, dim]);
  const whole = call.make(input.type, dims, (out) => {
    copyStrided(
      input.data,
      0,
      strides.flatMap((stride) => [0, stride]),
      dims,
      out,
    );
  });
  return whole.reshape(input.dims.map((dim, axis) => dim * (repeats[axis] ?? 1)));
}

function trilu(call: Call): Tensor {
  const input = call.input(0);
  const keepsUpper = call.number('upper', 1) === 1;
  const diagonal = call.inputs[1]?.data[0] ?? 0;
  const [rows = 1, columns = 1] = input.dims.slice(-2);
  return call.make(input.type, input.dims, (out) => {
    const { data } = input;
    for (let i = 0; i < out.length; i++) {
      const distance = (i % columns) - (Math.floor(i / columns) % rows) - diagonal;
      out[i] = (keepsUpper ? distance >= 0 : distance <= 0) ? (data[i] ?? 0) : 0;
    }
  });
}

const identity: Operator = (call) => call.input(0);

/** By name. */
export const SHAPES: readonly (readonly [name: string, operator: Operator])[] = [
  ['Shape', shape],
  ['Size', (call) => scalar('int64', call.input(0).size)],
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Flatten', flatten],
  [
    'Transpose',
    (call) =>
      transpose(
        call,
        call.input(0),
        call.list('perm') ??
          call
            .input(0)
            .dims.map((_, axis) => axis)
            .reverse(),
      ),
  ],
  ['Identity', identity],
  ['Dropout', identity],
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['Range', range],
  ['Tile', tile],
  ['Trilu', trilu],
];
