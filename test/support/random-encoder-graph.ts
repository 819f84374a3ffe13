/** Writes ONNX graphs whose names say nothing, in the forms that exporters have for each operator set. */
import {
  encodeModel,
  type ElementType,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../src/runtime/onnx/write-onnx.js';

/** The name of a value. */
export type Name = string;

type Attributes = OnnxNode['attributes'];

/** What ONNX calls float32, and what it calls truth values. */
export const FLOAT = 1;
export const BOOL = 9;
export const INT32 = 6;
export const INT64 = 7;

/** One graph under construction; every method adds to it and gives the name of what it made. */
export class RandomGraph {
  readonly opset: number;
  readonly random: () => number;
  readonly #nodes: OnnxNode[] = [];
  readonly #tensors: OnnxTensor[] = [];
  #count = 0;

  constructor(opset: number, random: () => number) {
    this.opset = opset;
    this.random = random;
  }

  /** A new name; no two are the same, and none says anything. */
  name(): Name {
    this.#count++;
    return `${Math.floor(this.random() * 1e9).toString(36)}/${this.#count.toString(36)}`;
  }

  /** An operator of one output; one of ONNX Runtime's own has the domain before its name. */
  add(operator: string, inputs: readonly Name[], attributes: Attributes = {}): Name {
    const [output = ''] = this.addAll(operator, inputs, 1, attributes);
    return output;
  }

  /** An operator of several outputs. */
  addAll(operator: string, inputs: readonly Name[], count: number, attributes: Attributes = {}): Name[] {
    const outputs = Array.from({ length: count }, () => this.name());
    const dot = operator.lastIndexOf('.');
    const domain = dot < 0 ? {} : { domain: operator.slice(0, dot) };
    this.#nodes.push({ operator: operator.slice(dot + 1), ...domain, name: this.name(), inputs, outputs, attributes });
    return outputs;
  }

  /** A constant: an initializer, or now and then a Constant node where it is small. */
  constant(type: ElementType, dims: readonly number[], view: ArrayBufferView): Name {
    const name = this.name();
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (bytes.length < 64 && this.random() < 0.5)
      return this.add('Constant', [], { value: { name, type, dims, bytes } });
    this.#tensors.push({ name, type, dims, bytes });
    return name;
  }

  /** A float32 constant, a scalar where one number is given. */
  floats(values: number | Float32Array, dims?: readonly number[]): Name {
    if (typeof values === 'number') return this.constant('float32', dims ?? [], Float32Array.of(values));
    return this.constant('float32', dims ?? [values.length], values);
  }

  /** An int64 vector. */
  integers(values: readonly number[], dims: readonly number[] = [values.length]): Name {
    return this.constant('int64', dims, BigInt64Array.from(values, BigInt));
  }

  /** An operator whose axes moved from an attribute to an input in operator set `since`. */
  withAxes(operator: string, input: Name, axes: readonly number[], since: number, attributes: Attributes = {}): Name {
    if (this.opset < since) return this.add(operator, [input], { ...attributes, axes });
    return this.add(operator, [input, this.integers(axes)], attributes);
  }

  /** Adds dimensions of size 1. */
  unsqueeze(input: Name, axes: readonly number[]): Name {
    return this.withAxes('Unsqueeze', input, axes, 13);
  }

  /** Takes dimensions of size 1 away. */
  squeeze(input: Name, axes: readonly number[]): Name {
    return this.withAxes('Squeeze', input, axes, 13);
  }

  /** The mean over some axes, which stay. */
  mean(input: Name, axes: readonly number[]): Name {
    return this.withAxes('ReduceMean', input, axes, 18, { keepdims: 1 });
  }

  /** Two operands in either order. */
  either(operator: 'Add' | 'Mul', a: Name, b: Name): Name {
    return this.add(operator, this.random() < 0.5 ? [a, b] : [b, a]);
  }

  /** `[batch, tokens, ...sizes]` of anything whose first sizes are batch and tokens, as exporters do it. */
  reshapeLike(input: Name, like: Name, sizes: readonly number[]): Name {
    const shape = this.add('Shape', [like]);
    const [batch, tokens] = [0, 1].map((axis) => this.add('Gather', [shape, this.integers([axis], [])], { axis: 0 }));
    const parts = [batch, tokens].map((size) => this.unsqueeze(size ?? '', [0]));
    const wanted = this.add('Concat', [...parts, ...sizes.map((size) => this.integers([size]))], { axis: 0 });
    return this.add('Reshape', [input, wanted]);
  }

  /** The file. */
  encode(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): Uint8Array {
    return encodeModel({
      graphName: this.name(),
      producer: 'tests',
      documentation: '',
      opset: this.opset,
      inputs,
      outputs,
      nodes: this.#nodes,
      tensors: this.#tensors,
    });
  }
}
