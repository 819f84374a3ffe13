/** Takes operators out of a graph, exchanges them, and tells them something else. */
import type { Graph, GraphNode, Attribute } from '../../src/runtime/onnx/read-graph.js';
import { Tensor } from '../../src/runtime/onnx/tensor.js';
import { FACTORS, freshName, pick, rebuild, type Mutation } from './mutation.js';

/** An operator's result is one of its inputs, as if it weren't there. */
const drop: Mutation = ({ graph, random, dims, live, outputName }) => {
  const candidates = graph.nodes.filter(({ outputs: [output = ''], inputs }) =>
    inputs.some((name) => live.includes(name) && dims.get(name)?.join() === dims.get(output)?.join()),
  );
  if (candidates.length === 0) return undefined;
  const gone = pick(random, candidates);
  const [output = ''] = gone.outputs;
  const kept = gone.inputs.filter((name) => live.includes(name) && dims.get(name)?.join() === dims.get(output)?.join());
  const stand = pick(random, kept);
  if (output === outputName) return undefined;
  const nodes = graph.nodes
    .filter((old) => old !== gone)
    .map((old) => ({ ...old, inputs: old.inputs.map((name) => (name === output ? stand : name)) }));
  return rebuild(graph, nodes);
};

function change(graph: Graph, old: GraphNode, next: Partial<GraphNode>): Graph {
  return rebuild(
    graph,
    graph.nodes.map((at) => (at === old ? { ...at, ...next } : at)),
  );
}

const swapInputs: Mutation = ({ graph, random }) => {
  const candidates = graph.nodes.filter(({ inputs }) => inputs.length >= 2);
  const old = pick(random, candidates);
  const [a = '', b = '', ...rest] = old.inputs;
  return change(graph, old, { inputs: [b, a, ...rest] });
};

const LIKES: readonly (readonly string[])[] = [
  ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'],
  ['Tanh', 'Erf', 'Sigmoid', 'Relu', 'Identity', 'Abs', 'Gelu'],
  ['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceL2', 'ReduceMin'],
  ['Sqrt', 'Reciprocal', 'Exp', 'Identity'],
];

const exchangeOperator: Mutation = ({ graph, random, live }) => {
  const candidates = graph.nodes.filter(
    ({ operator, outputs: [output = ''] }) => live.includes(output) && LIKES.some((like) => like.includes(operator)),
  );
  if (candidates.length === 0) return undefined;
  const old = pick(random, candidates);
  const like = LIKES.filter((names) => names.includes(old.operator)).flat();
  return change(graph, old, { operator: pick(random, like) });
};

/** A small constant changes: an epsilon, a root, a scale, an index, an axis. */
const changeConstant: Mutation = ({ graph, random, live }) => {
  const uses = graph.nodes.filter(({ outputs: [output = ''] }) => live.includes(output));
  const found = uses.flatMap((old) =>
    old.inputs.flatMap((name, at) => {
      const tensor =
        graph.constants.get(name) ??
        (graph.producers.get(name)?.operator === 'Constant'
          ? graph.producers.get(name)?.attributes.get('value')
          : undefined);
      return tensor instanceof Tensor && tensor.size <= 8 ? [{ old, at, tensor }] : [];
    }),
  );
  if (found.length === 0) return undefined;
  const { old, at, tensor } = pick(random, found);
  const name = freshName(random);
  const isFloat = tensor.type === 'float32';
  const by = isFloat ? pick(random, FACTORS) : 1;
  const plus = isFloat ? 0 : pick(random, [1, -1, 2]);
  const data = tensor.data.map((x) => x * by + plus);
  const inputs = old.inputs.map((input, index) => (index === at ? name : input));
  const nodes = graph.nodes.map((each) => (each === old ? { ...each, inputs } : each));
  return rebuild(graph, nodes, [[name, Tensor.of(tensor.type, tensor.dims, data)]]);
};

const changeAttribute: Mutation = ({ graph, random, live }) => {
  const candidates = graph.nodes.filter(
    ({ outputs: [output = ''], attributes }) => live.includes(output) && attributes.size > 0,
  );
  if (candidates.length === 0) return undefined;
  const old = pick(random, candidates);
  const [name, value] = pick(random, [...old.attributes]);
  let next: Attribute | undefined;
  if (typeof value === 'number')
    next = Number.isInteger(value)
      ? pick(random, [value + 1, value - 1, 0, 1, -1, 2])
      : value * pick(random, [1.2, 10, 1000]);
  else if (Array.isArray(value)) {
    const list = [...(value as readonly number[])];
    const [i, j] = [Math.floor(random() * list.length), Math.floor(random() * list.length)];
    [list[i], list[j]] = [list[j] ?? 0, list[i] ?? 0];
    next = list;
  } else if (typeof value === 'string') next = value === 'tanh' ? 'none' : 'tanh';
  if (next === undefined) return undefined;
  return change(graph, old, { attributes: new Map([...old.attributes, [name, next]]) });
};

/** An input comes from elsewhere: another layer's residual, keys in place of queries. */
const rewire: Mutation = ({ graph, random, live, dims }) => {
  const at = Math.floor(random() * graph.nodes.length);
  const old = graph.nodes[at];
  const earlier = new Set(graph.nodes.slice(0, at).flatMap(({ outputs }) => outputs));
  const place = old?.inputs.findIndex((name) => live.includes(name)) ?? -1;
  const from = old?.inputs[place];
  if (!old || from === undefined) return undefined;
  const others = live.filter(
    (name) => earlier.has(name) && name !== from && dims.get(name)?.join() === dims.get(from)?.join(),
  );
  if (others.length === 0) return undefined;
  const other = pick(random, others);
  return change(graph, old, { inputs: old.inputs.map((name, index) => (index === place ? other : name)) });
};

/** By what they do. */
export const CHANGING: readonly (readonly [name: string, mutation: Mutation])[] = [
  ['drop', drop],
  ['swap inputs', swapInputs],
  ['exchange operator', exchangeOperator],
  ['change constant', changeConstant],
  ['change constant', changeConstant],
  ['change attribute', changeAttribute],
  ['rewire', rewire],
];
