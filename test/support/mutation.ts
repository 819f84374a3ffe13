/** What changes of graphs have in common. */
import { Evaluator, fillInputs } from '../../src/runtime/onnx/evaluate.js';
import type { Attribute, Graph, GraphNode } from '../../src/runtime/onnx/read-graph.js';
import type { Tensor } from '../../src/runtime/onnx/tensor.js';

/** Numbers of 0 to 1. */
export type Random = () => number;

/** A graph that can be changed, and the shapes of its values for one text. */
export interface Draft {
  readonly graph: Graph;
  readonly random: Random;
  readonly dims: ReadonlyMap<string, readonly number[]>;
  /** Values that are floats and depend on a text's tokens. */
  readonly live: readonly string[];
  readonly outputName: string;
}

/** Undefined where it doesn't apply. */
export type Mutation = (draft: Draft) => Graph | undefined;

/** What is known of a graph; undefined where it has no meaning any more. */
export function prepare(graph: Graph, outputName: string, random: Random): Draft | undefined {
  const dims = new Map<string, readonly number[]>();
  const live: string[] = [];
  try {
    const evaluator = new Evaluator(graph, fillInputs(graph, { ids: [31, 7, 45, 12, 50, 3, 28] }));
    const isLive = new Set(['input_ids']);
    for (const node of graph.nodes) {
      for (const name of [...node.inputs, ...node.outputs]) {
        if (name !== '' && !dims.has(name)) dims.set(name, evaluator.get(name).dims);
      }
      if (!node.inputs.some((name) => isLive.has(name)) || node.operator === 'Shape') continue;
      for (const name of node.outputs) {
        isLive.add(name);
        if (evaluator.get(name).type === 'float32') live.push(name);
      }
    }
  } catch {
    return undefined;
  }
  return { graph, random, dims, live, outputName };
}

/** One of a list. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('Expected something to pick from.');
  return item;
}

/** The graph with other operators, and more constants. */
export function rebuild(
  graph: Graph,
  nodes: readonly GraphNode[],
  added: readonly (readonly [string, Tensor])[] = [],
): Graph {
  const constants = new Map([...graph.constants, ...added]);
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  return { ...graph, nodes, constants, producers, bytes: graph.bytes + 1e6 };
}

/** An operator of one output. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return { operator, inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) };
}

/** Names that no graph has. */
export function freshName(random: Random): string {
  return `new/${Math.floor(random() * 2 ** 31).toString(36)}${Math.floor(random() * 2 ** 31).toString(36)}`;
}

/** Puts `made`, whose result is `to`, behind `from`: for all who use it, or for one. */
export function splice(
  { graph, random, outputName }: Draft,
  from: string,
  to: string,
  made: readonly GraphNode[],
  constants: readonly (readonly [string, Tensor])[] = [],
): Graph | undefined {
  const uses = graph.nodes.filter(({ inputs }) => inputs.includes(from));
  if (uses.length === 0 || from === outputName) return undefined;
  const chosen = random() < 0.5 ? uses : [pick(random, uses)];
  const changed = graph.nodes.map((old) =>
    chosen.includes(old) ? { ...old, inputs: old.inputs.map((name) => (name === from ? to : name)) } : old,
  );
  const at = changed.findIndex(({ outputs }) => outputs.includes(from)) + 1;
  return rebuild(graph, [...changed.slice(0, at), ...made, ...changed.slice(at)], constants);
}

/** What numbers are multiplied by. */
export const FACTORS = [1.2, 0.5, 2, -1, 0.1, 1.001, 10, 1.7, 0.8, 1e-3, 100, 1, 0];
