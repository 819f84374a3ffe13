/** Follows a graph for one text, and says what its values are. */
import type { Call } from '../../onnx/call.js';
import { Evaluator, fillInputs } from '../../onnx/evaluate.js';
import { GraphError } from '../../onnx/graph-error.js';
import { orderNodes, type Graph, type GraphNode } from '../../onnx/read-graph.js';
import { Tensor } from '../../onnx/tensor.js';
import type { Constant } from './combine.js';
import { fitTo } from './fit.js';
import type { IdFlow } from './id-flow.js';
import { viewOf, Value, type Term } from './symbolic-tensor.js';
import { findWeights, shapeOf, type Weights } from './weights.js';

/** One operator that has something to do with the tokens. */
export interface Step {
  readonly tracer: Tracer;
  readonly node: GraphNode;
  /** Its attributes, and its inputs as tensors, whose numbers nobody should look at unless they are constant. */
  readonly call: Call;
  /** Its inputs; undefined where one is left out. */
  readonly terms: readonly (Term | undefined)[];
}

/** Says what an operator's outputs are: its first, or all in order, undefined where it doesn't say. */
export type Rule = (step: Step) => Term | readonly (Term | undefined)[];

/** What has to hold for long texts as it does for short ones. */
interface Assumption {
  readonly name: string;
  readonly holds: (tensor: Tensor) => boolean;
  readonly otherwise: string;
}

/** All that is known of a graph's values, for one short text. */
export class Tracer {
  readonly graph: Graph;
  readonly ids: readonly number[];
  readonly evaluator: Evaluator;
  readonly #flow: IdFlow;
  readonly #terms = new Map<string, Term>();
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

  /** What a value is. @throws GraphError when it isn't made as encoders make theirs. */
  trace(name: string, rules: ReadonlyMap<string, Rule>): Term {
    for (const node of orderNodes(this.graph, name, () => false)) this.#step(node, rules);
    return this.#terms.get(name) ?? this.evaluator.get(name);
  }

  /** Weights by their name. */
  findWeights(name: string): Weights {
    return findWeights(this.graph, this.evaluator, name);
  }

  /** See {@link check}. */
  readonly assume = (name: string | undefined, holds: (tensor: Tensor) => boolean, otherwise: string): void => {
    if (name !== undefined && this.#flow.compared.has(name)) throw new GraphError('It treats tokens by their ids.');
    // What a rule has made a constant is one for every text.
    if (name !== undefined && this.#terms.get(name) instanceof Tensor) return;
    if (name !== undefined && !this.graph.constants.has(name)) this.#assumptions.push({ name, holds, otherwise });
  };

  /** Looks at all that was assumed again, for another text. @throws GraphError when something doesn't hold for it. */
  check(evaluator: Evaluator): void {
    for (const { name, holds, otherwise } of this.#assumptions) {
      if (!holds(evaluator.get(name))) throw new GraphError(otherwise);
    }
  }

  #step(node: GraphNode, rules: ReadonlyMap<string, Rule>): void {
    const terms = node.inputs.map((name) => (name === '' ? undefined : this.#find(name)));
    if (terms.every((term) => term === undefined || term instanceof Tensor)) {
      const lookup = this.#findLookup(node);
      if (lookup) this.#terms.set(node.outputs[0] ?? '', lookup);
      return;
    }
    const rule = rules.get(node.operator);
    if (!rule) throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
    const isShift = node.operator === 'Add' || node.operator === 'Sub';
    // Positions that skip padding are added; they are looked at for more than one text.
    if (!isShift && node.inputs.some((name, at) => terms[at] instanceof Tensor && this.#flow.compared.has(name)))
      throw new GraphError('It treats tokens by their ids.');
    const made = rule({ tracer: this, node, call: this.evaluator.prepare(node), terms });
    const results: readonly (Term | undefined)[] = Array.isArray(made)
      ? (made as readonly (Term | undefined)[])
      : [made as Term];
    node.outputs.forEach((name, index) => {
      const term = results[index];
      if (term === undefined) this.#unknown.add(name);
      else this.#terms.set(name, term instanceof Value ? fitTo(term, this.evaluator.get(name).dims) : term);
    });
  }

  /** What was made a thing of its own counts as that to all who use it later. */
  #find(name: string): Term {
    if (this.#unknown.has(name)) throw new GraphError('It needs a result that no encoder needs.');
    const term = this.#terms.get(name) ?? this.evaluator.get(name);
    return term instanceof Tensor ? term : (term.settled ?? term);
  }

  /** Rows of a constant by the tokens' ids. */
  #findLookup(node: GraphNode): Value | undefined {
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
export function valueOf({ terms, node }: Step, index: number): Value {
  const term = terms[index];
  if (!term || term instanceof Tensor)
    throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
  return term;
}

/** A constant input; undefined where it is left out. @throws GraphError when it depends on the tokens. */
export function constantOf({ terms, node }: Step, index: number): Constant | undefined {
  const term = terms[index];
  if (term === undefined) return undefined;
  if (!(term instanceof Tensor)) throw new GraphError(`It has the operator ${node.operator} where no encoder has it.`);
  return { tensor: term, name: node.inputs[index] };
}

/** A constant input that has to be there. */
export function requireConstant(step: Step, index: number): Constant {
  const constant = constantOf(step, index);
  if (!constant) throw step.call.refuse('lacks an input');
  return constant;
}

/** Shape of an output. */
export function dimsOf({ tracer, node }: Step, output = 0): readonly number[] {
  return tracer.evaluator.get(node.outputs[output] ?? '').dims;
}
