/** What operators that work number by number make of symbolic tensors. */
import { GraphError } from '../../onnx/graph-error.js';
import { gelu, geluTanh, UNARY_FUNCTIONS, type UnaryFunction } from '../../onnx/functions.js';
import { scalar, Tensor } from '../../onnx/tensor.js';
import { combineConstant, combineSymbolic } from './combine.js';
import type { Activation } from '../encoder.js';
import { isIdentity, mapThen } from './row-map.js';
import { widthOfExpression } from './expression.js';
import { resolve, type TracedTensor, SymbolicTensor } from './symbolic-tensor.js';
import { constantInput, requireConstant, symbolicInput, type Rule, type Step } from './tracer.js';

const binary: Rule = (step) => {
  const [a, b, ...others] = step.inputs;
  const { operator } = step.node;
  if (!a || !b || others.length > 0) throw new GraphError(`It has the operator ${operator} in an unusual form.`);
  if (!(a instanceof Tensor) && !(b instanceof Tensor)) return combineSymbolic(operator, a, b);
  const isLeft = a instanceof Tensor;
  return combineConstant(
    operator,
    symbolicInput(step, isLeft ? 1 : 0),
    requireConstant(step, isLeft ? 0 : 1),
    isLeft,
    step.tracer.assume,
  );
};

function applyTo(symbolic: SymbolicTensor, f: UnaryFunction): SymbolicTensor {
  return symbolic.withMap(mapThen(symbolic.map, widthOfExpression(symbolic.base), f));
}

/** An activation of an expression becomes one itself at once; as a part of something longer it stays a function. */
function activate(symbolic: SymbolicTensor, activation: Activation | 'tanh', f: UnaryFunction): SymbolicTensor {
  if (!isIdentity(symbolic.map)) return applyTo(symbolic, f);
  const { base, layout, map } = symbolic;
  return new SymbolicTensor({ kind: 'activation', shape: base.shape, input: base, activation }, layout, map);
}

const unary =
  (f: UnaryFunction): Rule =>
  (step) =>
    applyTo(symbolicInput(step, 0), f);

const clip: Rule = (step) => {
  const { call } = step;
  const low = constantInput(step, 1)?.tensor.data[0] ?? call.number('min', -Infinity);
  const high = constantInput(step, 2)?.tensor.data[0] ?? call.number('max', Infinity);
  return applyTo(symbolicInput(step, 0), (x) => Math.min(Math.max(x, low), high));
};

const addBias = (step: Step): SymbolicTensor => {
  const bias = constantInput(step, 1);
  const symbolic = symbolicInput(step, 0);
  return bias ? combineConstant('Add', symbolic, bias, false, step.tracer.assume) : symbolic;
};

const geluOf: Rule = (step) => {
  const isTanh = step.call.text('approximate', 'none') === 'tanh';
  return activate(resolve(symbolicInput(step, 0)), isTanh ? 'gelu-tanh' : 'gelu', isTanh ? geluTanh : gelu);
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
  const chosen = step.inputs[isTrue ? 1 : 2];
  if (!chosen) throw step.call.refuse('lacks an input');
  return chosen;
};

const same: Rule = (step) => symbolicInput(step, 0);

const cast: Rule = (step) => {
  const { type } = step.tracer.evaluator.get(step.node.outputs[0] ?? '');
  if (type.includes('int') || type === 'bool') throw new GraphError('It rounds its vectors.');
  return symbolicInput(step, 0);
};

/** Evaluation doesn't round, so neither does this; see the operator's evaluation. */
const dynamicQuantize: Rule = (step): TracedTensor[] => [
  symbolicInput(step, 0),
  scalar('float32', 1),
  scalar('uint8', 0),
];

const dequantize: Rule = (step) => {
  const { assume } = step.tracer;
  const zero = constantInput(step, 2);
  const symbolic = symbolicInput(step, 0);
  const scale = requireConstant(step, 1);
  if (scale.tensor.size > 1) throw new GraphError('It dequantizes its vectors in an unusual way.');
  const shifted = zero ? combineConstant('Sub', symbolic, zero, false, assume) : symbolic;
  return combineConstant('Mul', shifted, scale, false, assume);
};

/** By operator. */
export const ELEMENTWISE_RULES: readonly (readonly [operator: string, rule: Rule])[] = [
  ...Object.entries(UNARY_FUNCTIONS).map(([name, f]): [string, Rule] => [name, unary(f)]),
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max'].map((name): [string, Rule] => [name, binary]),
  ['Relu', (step) => activate(symbolicInput(step, 0), 'relu', (x) => Math.max(x, 0))],
  ['Tanh', (step) => activate(symbolicInput(step, 0), 'tanh', Math.tanh)],
  ['Gelu', geluOf],
  ['com.microsoft.Gelu', geluOf],
  ['com.microsoft.BiasGelu', (step) => activate(resolve(addBias(step)), 'gelu', gelu)],
  ['com.microsoft.FastGelu', (step) => activate(resolve(addBias(step)), 'gelu-tanh', geluTanh)],
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
