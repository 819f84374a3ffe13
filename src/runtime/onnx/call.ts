/** What an operator sees when it is evaluated: its inputs, its attributes, and a place for its outputs. */
import type { ElementType } from './element-type.js';
import { GraphError } from './graph-error.js';
import type { GraphNode } from './read-graph.js';
import { countElements, makeNumbers, Tensor, type Numbers } from './tensor.js';

/** Gives the outputs in order, or the only one; those that nobody should need are left out. */
export type Operator = (call: Call) => Tensor | readonly (Tensor | undefined)[];

/** What one evaluation may cost, so that a damaged file can't take all memory or go on for ever. */
export class Budget {
  #numbers: number;
  #work: number;

  /** @param bytes - The file's length: evaluating a sound one on a few tokens takes a small multiple of it. */
  constructor(bytes: number) {
    this.#numbers = 2 ** 23 + 2 * bytes;
    this.#work = 2 ** 26 + 128 * bytes;
  }

  /** @throws GraphError when `numbers` to be held, or as many multiplications as `work`, are too many. */
  spend(numbers: number, work: number): void {
    this.#numbers -= numbers;
    this.#work -= numbers + work;
    if (this.#numbers < 0 || this.#work < 0) throw new GraphError('Evaluating it takes more than its size explains.');
  }
}

/** One operator with its inputs. */
export class Call {
  readonly node: GraphNode;
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly #budget: Budget;

  constructor(node: GraphNode, inputs: readonly (Tensor | undefined)[], opset: number, budget: Budget) {
    this.node = node;
    this.inputs = inputs;
    this.opset = opset;
    this.#budget = budget;
  }

  /** @throws GraphError when the operator lacks this input. */
  input(index: number): Tensor {
    const tensor = this.inputs[index];
    if (!tensor) throw new GraphError(`The operator ${this.node.operator} lacks an input.`);
    return tensor;
  }

  /** A number among the attributes. */
  number(name: string, fallback: number): number {
    const value = this.node.attributes.get(name);
    return typeof value === 'number' ? value : fallback;
  }

  /** A text among the attributes. */
  text(name: string, fallback: string): string {
    const value = this.node.attributes.get(name);
    return typeof value === 'string' ? value : fallback;
  }

  /** A list of numbers among the attributes. */
  list(name: string): readonly number[] | undefined {
    const value = this.node.attributes.get(name);
    return Array.isArray(value) ? (value as readonly number[]) : undefined;
  }

  /** A list of numbers that older operator sets have as an attribute and newer ones as an input. */
  listOrInput(name: string, index: number): readonly number[] | undefined {
    const tensor = this.inputs[index];
    return this.list(name) ?? (tensor && [...tensor.data]);
  }

  /** An axis counted from the front. @throws GraphError when there is no such axis. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(positive) || positive < 0 || positive >= Math.max(rank, 1)) {
      throw new GraphError(`The operator ${this.node.operator} names an axis that its input lacks.`);
    }
    return positive;
  }

  /**
   * A tensor that `fill` fills with numbers at first use.
   *
   * @param work - Multiplications that it takes.
   */
  make(type: ElementType, dims: readonly number[], fill: (out: Numbers) => void, work = 0): Tensor {
    const size = countElements(dims);
    return Tensor.computed(type, dims, () => {
      this.#budget.spend(size, work);
      const out = makeNumbers(type, size);
      fill(out);
      return out;
    });
  }

  /** An error of this operator. */
  refuse(why: string): GraphError {
    return new GraphError(`The operator ${this.node.operator} ${why}.`);
  }
}
