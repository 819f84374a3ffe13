/** Evaluates a graph symbolically, for one text: says of each of its tensors what it is, operator by operator. */
import type { Call } from '../../onnx/call.js';
import { Evaluator, fillInputs } from '../../onnx/evaluate.js';
import { GraphError } from '../../onnx/graph-error.js';
import { orderNodes, type Graph, type GraphNode } from '../../onnx/read-graph.js';
import { Tensor } from '../../onnx/tensor.js';
import type { Constant } from './combine.js';
import { fitTo } from './fit.js';
import type { IdFlow } from './id-flow.js';
import { findResolved, viewOf, SymbolicTensor, type TracedTensor } from './symbolic-tensor.js';
import { findWeights, shapeOf, type Weights } from './weights.js';

/** One operator that has something to do with the tokens. */
export interface Step {
  readonly tracer: Tracer;
  readonly node: GraphNode;
  /** Its attributes, and its inputs as tensors, whose numbers nobody should look at unless they are constant. */
  readonly call: Call;
  /** Its inputs; undefined where one is left out. */
  readonly inputs: readonly (TracedTensor | undefined)[];
}

/** Says what an operator's outputs are: its first, or all in order, undefined where it doesn't say. */
export type Rule = (step: Step) => TracedTensor | readonly (TracedTensor | undefined)[];

/** What has to hold for long texts as it does for short ones. */
interface Assumption {
  readonly name: string;
  readonly holds: (tensor: Tensor) => boolean;
  readonly otherwise: string;
}

/** All that is known of a graph's tensors, for one text. */
export class Tracer {
  readonly graph: Graph;
  readonly ids: readonly number[];
  readonly evaluator: Evaluator;
  readonly #flow: IdFlow;
  readonly #traced = new Map<string, TracedTensor>();
  /** Results that depend on the tokens, and of which no rule says what they are. */
  readonly #unknown = new Set<string>();
  readonly #assumptions: Assumption[] = [];

  /** @param flow - what the graph makes of ids themselves. */
  constructor(graph: Graph, flow: IdFlow, ids: readonly number[]) {
    this.graph = graph;
    this.ids = ids;
    this.#flow = flow;
    this.evaluator = new Evaluator(graph, fillInputs(graph, { ids }));
  }

  /** What a tensor is. @throws GraphError when it isn't made as encoders make theirs. */
  trace(name: string, rules: ReadonlyMap<string, Rule>): TracedTensor {
    for (const node of orderNodes(this.graph, name, () => false)) this.#step(node, rules);
    return this.#traced.get(name) ?? this.evaluator.get(name);
  }

  /** Weights by their name. */
  findWeights(name: string): Weights {
    return findWeights(this.graph, this.evaluator, name);
  }

  /** See {@link check}. */
  readonly assume = (name: string | undefined, holds: (tensor: Tensor) => boolean, otherwise: string): void => {
    if (name !== undefined && this.#flow.compared.has(name)) throw new GraphError('It treats tokens by their ids.');
    // What a rule has made a constant is one for every text.
    if (name !== undefined && this.#traced.get(name) instanceof Tensor) return;
    if (name !== undefined && !this.graph.constants.has(name)) this.#assumptions.push({ name, holds, otherwise });
  };

  /** Looks at all that was assumed again, for another text. @throws GraphError when something doesn't hold for it. */
  check(evaluator: Evaluator): void {
    for (const { name, holds, otherwise } of this.#assumptions) {
      if (!holds(evaluator.get(name))) throw new GraphError(otherwise);
    }
  }

  #step(node: GraphNode, rules: ReadonlyMap<string, Rule>): void {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#find(name)));
    if (inputs.every((traced) => traced === undefined || traced instanceof Tensor)) {
      const lookup = this.#findLookup(node);
      if (lookup) this.#traced.set(node.outputs[0] ?? '', lookup);
      return;
    }
    const rule = rules.get(node.operator);
    if (!rule) throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
    const isShift = node.operator === 'Add' || node.operator === 'Sub';
    // Positions that skip padding are added; they are looked at for more than one text.
    if (!isShift && node.inputs.some((name, at) => inputs[at] instanceof Tensor && this.#flow.compared.has(name)))
      throw new GraphError('It treats tokens by their ids.');
    const made = rule({ tracer: this, node, call: this.evaluator.prepare(node), inputs });
    const results: readonly (TracedTensor | undefined)[] = Array.isArray(made)
      ? (made as readonly (TracedTensor | undefined)[])
      : [made as TracedTensor];
    node.outputs.forEach((name, index) => {
      const traced = results[index];
      if (traced === undefined) this.#unknown.add(name);
      else
        this.#traced.set(
          name,
          traced instanceof SymbolicTensor ? fitTo(traced, this.evaluator.get(name).dims) : traced,
        );
    });
  }

  /** What was resolved counts as that to all who use it later. */
  #find(name: string): TracedTensor {
    if (this.#unknown.has(name)) throw new GraphError('It needs a result that no encoder needs.');
    const traced = this.#traced.get(name) ?? this.evaluator.get(name);
    return traced instanceof Tensor ? traced : (findResolved(traced) ?? traced);
  }

  /** Rows of a constant by the tokens' ids. */
  #findLookup(node: GraphNode): SymbolicTensor | undefined {
    if (node.operator !== 'Gather') return undefined;
    const [table = '', indexes = ''] = node.inputs;
    const found = this.evaluator.get(indexes);
    const isIds = found.size === this.ids.length && this.ids.every((id, at) => found.data[at] === id);
    const rank = this.evaluator.get(table).dims.length;
    const axis = Number(node.attributes.get('axis') ?? 0);
    if (!this.#flow.ids.has(indexes)) return undefined;
    if (!isIds || rank > 2 || (axis !== 0 && axis !== -rank))
      throw new GraphError('It looks its tokens up in an unusual way.');
    const weights = this.findWeights(table);
    const shape = [this.ids.length, shapeOf(weights)[1]];
    const { dims } = this.evaluator.get(node.outputs[0] ?? '');
    return viewOf({ kind: 'lookup', shape, weights, addends: [] }, dims);
  }
}

/** An input that depends on the tokens. @throws GraphError when it doesn't. */
export function symbolicInput({ inputs, node }: Step, index: number): SymbolicTensor {
  const traced = inputs[index];
  if (!traced || traced instanceof Tensor)
    throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
  return traced;
}

/** A constant input; undefined where it is left out. @throws GraphError when it depends on the tokens. */
export function constantInput({ inputs, node }: Step, index: number): Constant | undefined {
  const traced = inputs[index];
  if (traced === undefined) return undefined;
  if (!(traced instanceof Tensor))
    throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
  return { tensor: traced, name: node.inputs[index] };
}

/** A constant input that has to be there. */
export function requireConstant(step: Step, index: number): Constant {
  const constant = constantInput(step, index);
  if (!constant) throw step.call.refuse('lacks an input');
  return constant;
}

/** Shape of an output. */
export function dimsOf({ tracer, node }: Step, output = 0): readonly number[] {
  return tracer.evaluator.get(node.outputs[output] ?? '').dims;
}
