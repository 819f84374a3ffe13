/** Puts operators into a graph. */
import { scalar, Tensor } from '../../src/runtime/onnx/tensor.js';
import { FACTORS, freshName, node, pick, rebuild, splice, type Mutation } from './mutation.js';

/** `value operator constant`, or the other way round. */
const insertBinary: Mutation = (draft) => {
  const { random, dims, live } = draft;
  if (live.length === 0) return undefined;
  const from = pick(random, live);
  const operator = pick(random, ['Mul', 'Mul', 'Add', 'Sub', 'Div', 'Pow', 'Min', 'Max']);
  const size = dims.get(from) ?? [];
  const [constant, to] = [freshName(random), freshName(random)];
  const kind = random();
  // One number, one a channel, or one a place.
  const shape = kind < 0.6 ? [] : kind < 0.85 ? [size.at(-1) ?? 1] : size.map((dim, at) => (at > 0 ? dim : 1));
  const count = shape.reduce((product, dim) => product * dim, 1);
  const numbers = Float32Array.from({ length: count }, () =>
    shape.length === 0 ? pick(random, operator === 'Pow' ? [2, 1, 3] : FACTORS) : 0.5 + random(),
  );
  const inputs = random() < 0.7 ? [from, constant] : [constant, from];
  return splice(draft, from, to, [node(operator, inputs, to)], [[constant, Tensor.of('float32', shape, numbers)]]);
};

const UNARY = ['Relu', 'Tanh', 'Sigmoid', 'Neg', 'Abs', 'Erf', 'Gelu', 'Identity', 'Dropout', 'Exp', 'Sqrt', 'Sign'];

const insertUnary: Mutation = (draft) => {
  const { random, live } = draft;
  if (live.length === 0) return undefined;
  const [from, to] = [pick(random, live), freshName(random)];
  const operator = pick(random, UNARY);
  const isTanh = operator === 'Gelu' && random() < 0.5;
  return splice(draft, from, to, [node(operator, [from], to, isTanh ? { approximate: 'tanh' } : {})]);
};

const insertClip: Mutation = (draft) => {
  const { random, live } = draft;
  if (live.length === 0) return undefined;
  const [from, to, low, high] = [pick(random, live), freshName(random), freshName(random), freshName(random)];
  const bound = pick(random, [1, 2, 3, 5, 10, 0.5, 100]);
  const least = pick(random, [-bound, 0, -1e9]);
  const constants = [
    [low, scalar('float32', least)],
    [high, scalar('float32', bound)],
  ] as const;
  return splice(draft, from, to, [node('Clip', [from, low, high], to)], constants);
};

/** x · sigmoid(1.702 x), x · tanh(x) and the like. */
const insertGate: Mutation = (draft) => {
  const { random, live } = draft;
  if (live.length === 0) return undefined;
  const [from, scaled, gate, to, factor] = [
    pick(random, live),
    freshName(random),
    freshName(random),
    freshName(random),
    freshName(random),
  ];
  const made = [
    node('Mul', [from, factor], scaled),
    node(pick(random, ['Sigmoid', 'Tanh', 'Erf']), [scaled], gate),
    node(pick(random, ['Mul', 'Add']), [from, gate], to),
  ];
  return splice(draft, from, to, made, [[factor, scalar('float32', pick(random, [1.702, 1, 0.7071, 0.1]))]]);
};

/** A norm over rows: with or without its mean, or the length alone. */
const insertNorm: Mutation = (draft) => {
  const { random, live, dims, graph } = draft;
  if (live.length === 0) return undefined;
  const [from, to] = [pick(random, live), freshName(random)];
  const width = dims.get(from)?.at(-1) ?? 1;
  const kind = random();
  if (kind < 0.3) return splice(draft, from, to, [node('LpNormalization', [from], to, { axis: -1, p: 2 })]);
  if (kind < 0.5) return splice(draft, from, to, [node('Softmax', [from], to, { axis: graph.opset < 13 ? 2 : -1 })]);
  if (kind < 0.75) {
    const gamma = freshName(random);
    const numbers = Float32Array.from({ length: width }, () => 0.5 + random());
    const made = node('LayerNormalization', [from, gamma], to, { axis: -1, epsilon: pick(random, [1e-5, 1e-12, 0.1]) });
    return splice(draft, from, to, [made], [[gamma, Tensor.of('float32', [width], numbers)]]);
  }
  const [squares, mean, root, two, axes] = [
    freshName(random),
    freshName(random),
    freshName(random),
    freshName(random),
    freshName(random),
  ];
  const isInput = graph.opset >= 18;
  const made = [
    node('Pow', [from, two], squares),
    node('ReduceMean', isInput ? [squares, axes] : [squares], mean, { keepdims: 1, ...(!isInput && { axes: [-1] }) }),
    node('Sqrt', [mean], root),
    node('Div', [from, root], to),
  ];
  return splice(draft, from, to, made, [
    [two, scalar('float32', 2)],
    [axes, Tensor.of('int64', [1], Float64Array.of(-1))],
  ]);
};

/** A second value of the same shape joins. */
const insertJoin: Mutation = (draft) => {
  const { random, live, dims, graph } = draft;
  if (live.length === 0) return undefined;
  const from = pick(random, live);
  const order = new Map(graph.nodes.flatMap(({ outputs }, at) => outputs.map((name) => [name, at] as const)));
  const before = live.filter(
    (name) => (order.get(name) ?? 0) <= (order.get(from) ?? 0) && dims.get(name)?.join() === dims.get(from)?.join(),
  );
  if (before.length === 0) return undefined;
  const to = freshName(random);
  return splice(draft, from, to, [node(pick(random, ['Add', 'Mul', 'Sub', 'Max']), [from, pick(random, before)], to)]);
};

/** Fewer or other ids, before they are looked up. */
const changeIds: Mutation = (draft) => {
  const { random, graph } = draft;
  const [to, bound] = [freshName(random), freshName(random)];
  const uses = graph.nodes.filter(({ inputs }) => inputs.includes('input_ids'));
  if (uses.length === 0) return undefined;
  const operator = pick(random, ['Min', 'Max', 'Add']);
  const limit = scalar('int64', operator === 'Add' ? -1 : pick(random, [4, 40, 20]));
  const chosen = pick(random, uses);
  const changed = graph.nodes.map((old) =>
    old === chosen ? { ...old, inputs: old.inputs.map((name) => (name === 'input_ids' ? to : name)) } : old,
  );
  return rebuild(graph, [node(operator, ['input_ids', bound], to), ...changed], [[bound, limit]]);
};

/** By what they do. */
export const ADDING: readonly (readonly [name: string, mutation: Mutation])[] = [
  ['insert binary', insertBinary],
  ['insert binary', insertBinary],
  ['insert unary', insertUnary],
  ['insert clip', insertClip],
  ['insert gate', insertGate],
  ['insert norm', insertNorm],
  ['insert join', insertJoin],
  ['change ids', changeIds],
];
