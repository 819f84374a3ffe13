/** Operators that work number by number, with broadcasting. Source: ONNX operators, each by its name. */
import type { Call, Operator } from '../call.js';
import { ELEMENT_CODES, type ElementType } from '../element-type.js';
import {
  BINARY_FUNCTIONS,
  BINARY_TESTS,
  gelu,
  geluTanh,
  UNARY_FUNCTIONS,
  UNARY_TESTS,
  type BinaryFunction,
  type UnaryFunction,
} from '../functions.js';
import { toElementType } from '../read-tensor.js';
import { alignTo, broadcast, broadcastStrides, copyStrided } from '../strides.js';
import { makeNumbers, Tensor, type Numbers } from '../tensor.js';

const isInteger = (type: ElementType): boolean => type.includes('int');

/** `f` of every number of `input`. */
export function mapUnary(call: Call, input: Tensor, f: UnaryFunction, type: ElementType = input.type): Tensor {
  return call.make(type, input.dims, (out) => {
    const { data } = input;
    for (let i = 0; i < out.length; i++) out[i] = f(data[i] ?? 0);
  });
}

/** `f` of every pair of numbers. Of weights that are read in parts, so is the result. */
export function mapBinary(call: Call, a: Tensor, b: Tensor, f: BinaryFunction, type: ElementType = a.type): Tensor {
  const dims = broadcast(a.dims, b.dims);
  if (a.isRanged && a.dims.join() === dims.join() && !b.isRanged) {
    return Tensor.ranged(type, dims, (start, end) => {
      const out = makeNumbers(type, end - start);
      zip(a.read(start, end), alignTo(b, dims), start, f, out);
      return out;
    });
  }
  return call.make(type, dims, (out) => {
    zip(alignTo(a, dims), alignTo(b, dims), 0, f, out);
  });
}

/** `f` of pairs from lists that begin again at their ends; the right one is entered at `start`. */
function zip(left: Numbers, right: Numbers, start: number, f: BinaryFunction, out: Numbers): void {
  let [l, r] = [0, start % right.length];
  for (let i = 0; i < out.length; i++) {
    out[i] = f(left[l] ?? 0, right[r] ?? 0);
    if (++l === left.length) l = 0;
    if (++r === right.length) r = 0;
  }
}

/** Operators of any number of inputs, from left to right. */
function fold(f: BinaryFunction): Operator {
  return (call) => {
    const [first, ...rest] = call.inputs.map((_, index) => call.input(index));
    return rest.reduce((sum, next) => mapBinary(call, sum, next, f), first ?? call.input(0));
  };
}

function divide(call: Call): Tensor {
  const [a, b] = [call.input(0), call.input(1)];
  return mapBinary(call, a, b, isInteger(a.type) ? (x, y) => (y === 0 ? 0 : Math.trunc(x / y)) : (x, y) => x / y);
}

function modulo(call: Call): Tensor {
  const truncates = call.number('fmod', 0) === 1;
  const f: BinaryFunction = truncates ? (x, y) => x % y : (x, y) => (y === 0 ? 0 : x - Math.floor(x / y) * y);
  return mapBinary(call, call.input(0), call.input(1), f);
}

/** Converts numbers to a type; whole numbers are cut towards zero, and no float is rounded to float16. */
export function castTo(call: Call, input: Tensor, type: ElementType): Tensor {
  if (type === input.type) return input;
  const convert = (numbers: Numbers, out: Numbers): Numbers => {
    if (type === 'bool') for (let i = 0; i < out.length; i++) out[i] = Number(numbers[i] !== 0);
    else if (isInteger(type)) for (let i = 0; i < out.length; i++) out[i] = Math.trunc(numbers[i] ?? 0);
    else out.set(numbers);
    return out;
  };
  if (!input.isRanged) return call.make(type, input.dims, (out) => convert(input.data, out));
  return Tensor.ranged(type, input.dims, (start, end) =>
    convert(input.read(start, end), makeNumbers(type, end - start)),
  );
}

function clip(call: Call): Tensor {
  const input = call.input(0);
  const bound = (name: string, index: number, fallback: number): number =>
    call.inputs[index]?.data[0] ?? call.number(name, fallback);
  const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  return mapUnary(call, input, (x) => Math.min(Math.max(x, low), high));
}

function where(call: Call): Tensor {
  const [condition, a, b] = [call.input(0), call.input(1), call.input(2)];
  if ((a.type === 'bool') !== (b.type === 'bool')) throw call.refuse('chooses between numbers and truth values');
  const dims = broadcast(condition.dims, a.dims, b.dims);
  return call.make(a.type, dims, (out) => {
    const [test, yes, no] = [alignTo(condition, dims), alignTo(a, dims), alignTo(b, dims)];
    for (let i = 0; i < out.length; i++) {
      out[i] = (test[i % test.length] ? yes[i % yes.length] : no[i % no.length]) ?? 0;
    }
  });
}

function expand(call: Call): Tensor {
  const input = call.input(0);
  const dims = broadcast(input.dims, [...call.input(1).data]);
  return call.make(input.type, dims, (out) => {
    copyStrided(input.data, 0, broadcastStrides(input.dims, dims), dims, out);
  });
}

function applyGelu(call: Call): Tensor {
  return mapUnary(call, call.input(0), call.text('approximate', 'none') === 'tanh' ? geluTanh : gelu);
}

/** An activation behind a bias that may be left out, as ONNX Runtime fuses them. */
function biased(f: UnaryFunction): Operator {
  return (call) => {
    const [input, bias] = [call.input(0), call.inputs[1]];
    return mapUnary(call, bias ? mapBinary(call, input, bias, (a, b) => a + b) : input, f);
  };
}

const entriesOf = <Value>(
  record: Readonly<Record<string, Value>>,
  toOperator: (value: Value) => Operator,
): [name: string, operator: Operator][] => Object.entries(record).map(([name, value]) => [name, toOperator(value)]);

/** By name. */
export const ELEMENTWISE: readonly (readonly [name: string, operator: Operator])[] = [
  ...entriesOf(UNARY_FUNCTIONS, (f) => (call) => mapUnary(call, call.input(0), f)),
  ...entriesOf(UNARY_TESTS, (f) => (call) => mapUnary(call, call.input(0), f, 'bool')),
  ...entriesOf(BINARY_FUNCTIONS, fold),
  ...entriesOf(BINARY_TESTS, (f) => (call) => mapBinary(call, call.input(0), call.input(1), f, 'bool')),
  ['Sum', fold((a, b) => a + b)],
  ['Div', divide],
  ['Mod', modulo],
  ['Clip', clip],
  ['Where', where],
  ['Expand', expand],
  ['Cast', (call) => castTo(call, call.input(0), toElementType(call.number('to', ELEMENT_CODES.float32)))],
  ['CastLike', (call) => castTo(call, call.input(0), call.input(1).type)],
  ['Gelu', applyGelu],
  ['com.microsoft.Gelu', biased(gelu)],
  ['com.microsoft.BiasGelu', biased(gelu)],
  ['com.microsoft.FastGelu', biased(geluTanh)],
];
