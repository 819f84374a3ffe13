/** What operators that work number by number make of values. */
import { GraphError } from '../../onnx/graph-error.js';
import { gelu, geluTanh, UNARY_FUNCTIONS, type UnaryFunction } from '../../onnx/functions.js';
import { scalar, Tensor } from '../../onnx/tensor.js';
import { combineConstant, combineValues } from './combine.js';
import type { Activation } from '../encoder.js';
import { isIdentity, mapThen } from './row-map.js';
import { settle, widthOfThing, type Term, Value } from './symbolic-tensor.js';
import { constantOf, requireConstant, valueOf, type Rule, type Step } from './tracer.js';

const binary: Rule = (step) => {
  const [a, b, ...others] = step.terms;
  const { operator } = step.node;
  if (!a || !b || others.length > 0) throw new GraphError(`It has the operator ${operator} in an unusual form.`);
  if (!(a instanceof Tensor) && !(b instanceof Tensor)) return combineValues(operator, a, b);
  const isLeft = a instanceof Tensor;
  return combineConstant(
    operator,
    valueOf(step, isLeft ? 1 : 0),
    requireConstant(step, isLeft ? 0 : 1),
    isLeft,
    step.tracer.assume,
  );
};

function applyTo(value: Value, f: UnaryFunction): Value {
  return value.withMap(mapThen(value.map, widthOfThing(value.thing), f));
}

/** An activation of a thing becomes a thing at once; as a part of something longer it stays a function. */
function activate(value: Value, activation: Activation | 'tanh', f: UnaryFunction): Value {
  if (!isIdentity(value.map)) return applyTo(value, f);
  const { thing, layout, map } = value;
  return new Value({ kind: 'activation', shape: thing.shape, input: thing, activation }, layout, map);
}

const unary =
  (f: UnaryFunction): Rule =>
  (step) =>
    applyTo(valueOf(step, 0), f);

const clip: Rule = (step) => {
  const { call } = step;
  const low = constantOf(step, 1)?.tensor.data[0] ?? call.number('min', -Infinity);
  const high = constantOf(step, 2)?.tensor.data[0] ?? call.number('max', Infinity);
  return applyTo(valueOf(step, 0), (x) => Math.min(Math.max(x, low), high));
};

const addBias = (step: Step): Value => {
  const bias = constantOf(step, 1);
  const value = valueOf(step, 0);
  return bias ? combineConstant('Add', value, bias, false, step.tracer.assume) : value;
};

const geluOf: Rule = (step) => {
  const isTanh = step.call.text('approximate', 'none') === 'tanh';
  return activate(settle(valueOf(step, 0)), isTanh ? 'gelu-tanh' : 'gelu', isTanh ? geluTanh : gelu);
};

const where: Rule = (step) => {
  const condition = requireConstant(step, 0);
  const isTrue = condition.tensor.data.some((x) => x !== 0);
  if (condition.tensor.data.some((x) => (x !== 0) !== isTrue))
    throw new GraphError('It treats tokens by their position.');
  step.tracer.assume(
    condition.name,
    ({ data }) => !data.some((x) => (x !== 0) !== isTrue),
    'It treats tokens of long texts by their position.',
  );
  const chosen = step.terms[isTrue ? 1 : 2];
  if (!chosen) throw step.call.refuse('lacks an input');
  return chosen;
};

const same: Rule = (step) => valueOf(step, 0);

const cast: Rule = (step) => {
  const { type } = step.tracer.evaluator.get(step.node.outputs[0] ?? '');
  if (type.includes('int') || type === 'bool') throw new GraphError('It rounds its vectors.');
  return valueOf(step, 0);
};

/** Evaluation doesn't round, so neither does this; see the operator's evaluation. */
const dynamicQuantize: Rule = (step): Term[] => [valueOf(step, 0), scalar('float32', 1), scalar('uint8', 0)];

const dequantize: Rule = (step) => {
  const { assume } = step.tracer;
  const zero = constantOf(step, 2);
  const value = valueOf(step, 0);
  const scale = requireConstant(step, 1);
  if (scale.tensor.size > 1) throw new GraphError('It dequantizes its vectors in an unusual way.');
  const shifted = zero ? combineConstant('Sub', value, zero, false, assume) : value;
  return combineConstant('Mul', shifted, scale, false, assume);
};

/** By operator. */
export const ELEMENTWISE_RULES: readonly (readonly [operator: string, rule: Rule])[] = [
  ...Object.entries(UNARY_FUNCTIONS).map(([name, f]): [string, Rule] => [name, unary(f)]),
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max'].map((name): [string, Rule] => [name, binary]),
  ['Relu', (step) => activate(valueOf(step, 0), 'relu', (x) => Math.max(x, 0))],
  ['Tanh', (step) => activate(valueOf(step, 0), 'tanh', Math.tanh)],
  ['Gelu', geluOf],
  ['com.microsoft.Gelu', geluOf],
  ['com.microsoft.BiasGelu', (step) => activate(settle(addBias(step)), 'gelu', gelu)],
  ['com.microsoft.FastGelu', (step) => activate(settle(addBias(step)), 'gelu-tanh', geluTanh)],
  ['Clip', clip],
  // What isn't a number never comes from a text without padding.
  ['IsNaN', () => scalar('bool', 0)],
  ['IsInf', () => scalar('bool', 0)],
  ['Where', where],
  ['Identity', same],
  ['Dropout', same],
  ['Cast', cast],
  ['CastLike', cast],
  ['DynamicQuantizeLinear', dynamicQuantize],
  ['DequantizeLinear', dequantize],
];
