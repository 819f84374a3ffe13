/**
 * Evaluates a graph in plain JavaScript, slowly and plainly: to find out what is constant in it, and as the judge of
 * faster code.
 */
import { Budget, Call, type Operator } from './call.js';
import { GraphError } from './graph-error.js';
import { ELEMENTWISE } from './operators/elementwise.js';
import { INDEXING } from './operators/indexing.js';
import { NORMALISING } from './operators/normalising.js';
import { PRODUCTS } from './operators/products.js';
import { QUANTISED } from './operators/quantised.js';
import { REDUCING } from './operators/reductions.js';
import { SHAPES } from './operators/shapes.js';
import { orderNodes, type Graph, type GraphNode } from './read-graph.js';
import { makeNumbers, Tensor } from './tensor.js';

/** A text for a graph. */
export interface GraphText {
  /** Token ids, special tokens included; at least one. */
  readonly ids: readonly number[];
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...ELEMENTWISE,
  ...SHAPES,
  ...INDEXING,
  ...REDUCING,
  ...PRODUCTS,
  ...QUANTISED,
  ...NORMALISING,
]);

/**
 * The usual inputs of a text encoder for one text without padding, each `[1, tokens]`: the ids, a mask of ones, token
 * types of zero, positions from zero.
 *
 * @throws GraphError when the graph has another input.
 */
export function fillInputs(graph: Graph, { ids }: GraphText): Map<string, Tensor> {
  const inputs: Readonly<Record<string, readonly number[]>> = {
    input_ids: ids,
    attention_mask: ids.map(() => 1),
    token_type_ids: ids.map(() => 0),
    position_ids: ids.map((_, index) => index),
  };
  return new Map(
    graph.inputs.map(({ name, type }) => {
      const values = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
      if (!values) throw new GraphError(`It has an input that isn't known: ${name}.`);
      const numbers = makeNumbers(type, values.length);
      numbers.set(values);
      return [name, Tensor.of(type, [1, values.length], numbers)];
    }),
  );
}

/**
 * Any values of a graph for given inputs. A value's shape is found without its numbers; these are computed when they are
 * looked at, and kept.
 */
export class Evaluator {
  readonly #graph: Graph;
  readonly #values: Map<string, Tensor>;
  readonly #budget: Budget;

  constructor(graph: Graph, inputs: ReadonlyMap<string, Tensor>) {
    this.#graph = graph;
    this.#values = new Map([...graph.constants, ...inputs]);
    this.#budget = new Budget(graph.bytes);
  }

  /** @throws GraphError when the graph has no such value, or needs an operator for it that isn't known. */
  get(name: string): Tensor {
    for (const node of orderNodes(this.#graph, name, (known) => this.#values.has(known))) this.#run(node);
    const value = this.#values.get(name);
    if (!value) throw new GraphError('It needs a value that nothing makes.');
    return value;
  }

  /** Computes a value, letting go of every other as soon as nothing needs it. Nothing else can be asked for then. */
  finish(name: string): Tensor {
    const nodes = orderNodes(this.#graph, name, (known) => this.#values.has(known));
    const uses = new Map<string, number>();
    for (const input of nodes.flatMap(({ inputs }) => inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
    for (const node of nodes) {
      this.#run(node);
      for (const output of node.outputs) this.#values.get(output)?.settle();
      for (const input of node.inputs) {
        const left = (uses.get(input) ?? 0) - 1;
        uses.set(input, left);
        if (left === 0 && input !== name) this.#values.delete(input);
      }
    }
    return this.get(name);
  }

  /** The operator's call, for who wants to know what it is told. @throws GraphError when it isn't known. */
  prepare(node: GraphNode): Call {
    const inputs = node.inputs.map((input) => (input === '' ? undefined : this.get(input)));
    return new Call(node, inputs, this.#graph.opset, this.#budget);
  }

  #run(node: GraphNode): void {
    const operator = OPERATORS.get(node.operator);
    if (!operator) throw new GraphError(`The operator ${node.operator} isn't known.`);
    const made = operator(this.prepare(node));
    const results = made instanceof Tensor ? [made] : made;
    node.outputs.forEach((output, index) => {
      const result = results[index];
      if (result && output !== '') this.#values.set(output, result);
    });
  }
}

/**
 * One output of a graph for one text.
 *
 * Activations aren't rounded to bytes where the graph says so (DynamicQuantizeLinear): the result is what the file's
 * weights mean, not what ONNX Runtime makes of them.
 *
 * @throws GraphError when the graph lacks the output, has an unusual input, or an operator that isn't known.
 */
export function evaluateOutput(graph: Graph, outputName: string, text: GraphText): Tensor {
  const output = new Evaluator(graph, fillInputs(graph, text)).finish(outputName);
  output.settle();
  return output;
}
