/** Tensors whose numbers are made when someone looks at them. */
import type { ElementType } from './element-type.js';
import { GraphError } from './graph-error.js';

/**
 * A tensor's numbers, row-major. float16 is held as float32, int64 as float64 (exact to 2^53), bool as 0 and 1; so
 * everything is a number and nothing a bigint.
 */
export type Numbers = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array;

/** Gives the numbers from `start` to `end`, without `end`. */
export type ReadRange = (start: number, end: number) => Numbers;

/** Under this many numbers a tensor is made as a whole. */
const SMALL = 4096;
const MAX_DIMENSIONS = 16;

/** An n-dimensional array; its shape is known at once, its numbers are made at first use. */
export class Tensor {
  /** The type of its numbers; what evaluation makes of quantised activations is `float32`. */
  readonly type: ElementType;
  /** `[]` for a scalar. */
  readonly dims: readonly number[];
  /** Count of numbers. */
  readonly size: number;
  #data: Numbers | undefined;
  #make: (() => Numbers) | undefined;
  #read: ReadRange | undefined;

  private constructor(type: ElementType, dims: readonly number[]) {
    this.type = type;
    this.dims = dims;
    this.size = countElements(dims);
  }

  /** A tensor of numbers that are there; the tensor keeps `data`, which has to be of the type's own array. */
  static of(type: ElementType, dims: readonly number[], data: Numbers): Tensor {
    const tensor = new Tensor(type, dims);
    tensor.#data = data;
    return tensor;
  }

  /** A tensor that is computed at first use, once. */
  static computed(type: ElementType, dims: readonly number[], make: () => Numbers): Tensor {
    const tensor = new Tensor(type, dims);
    tensor.#make = make;
    return tensor;
  }

  /**
   * A tensor that is read in parts. What is read isn't kept, so that weights never lie in memory twice; a small one is
   * made once and kept.
   */
  static ranged(type: ElementType, dims: readonly number[], read: ReadRange): Tensor {
    const tensor = new Tensor(type, dims);
    if (tensor.size < SMALL) tensor.#make = () => read(0, tensor.size);
    else tensor.#read = read;
    return tensor;
  }

  /** Whether the numbers are best read in parts, since they are made anew each time. */
  get isRanged(): boolean {
    return this.#read !== undefined;
  }

  /** All numbers; not to be written to. */
  get data(): Numbers {
    return this.#read ? this.#read(0, this.size) : this.#compute();
  }

  /** Computes the numbers now, unless they are read in parts. */
  settle(): void {
    if (!this.#read) this.#compute();
  }

  /** The numbers from `start` to `end`; not to be written to. */
  read(start: number, end: number): Numbers {
    return this.#read ? this.#read(start, end) : this.data.subarray(start, end);
  }

  /** The same numbers in another shape of the same size. */
  reshape(dims: readonly number[]): Tensor {
    if (countElements(dims) !== this.size) {
      throw new GraphError(`Expected a shape of ${this.size} numbers, but got [${dims.join()}].`);
    }
    if (this.#read) return Tensor.ranged(this.type, dims, this.#read);
    return Tensor.computed(this.type, dims, () => this.data);
  }

  #compute(): Numbers {
    if (!this.#data) {
      this.#data = this.#make?.() ?? makeNumbers(this.type, this.size);
      // What it was made from can go.
      this.#make = undefined;
    }
    return this.#data;
  }
}

/** How many numbers a shape holds. @throws GraphError when it isn't a shape, or one of more than 2^31 numbers. */
export function countElements(dims: readonly number[]): number {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const isShape = dims.length <= MAX_DIMENSIONS && dims.every((dim) => Number.isInteger(dim) && dim >= 0);
  if (!isShape || size > 2 ** 31)
    throw new GraphError(`Expected a shape of a sensible size, but got [${dims.join()}].`);
  return size;
}

/** Zeros in the array that a type is held in. */
export function makeNumbers(type: ElementType, size: number): Numbers {
  switch (type) {
    case 'float32':
    case 'float16':
      return new Float32Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'int8':
      return new Int8Array(size);
    case 'uint8':
    case 'bool':
      return new Uint8Array(size);
    case 'int64':
    case 'double':
      return new Float64Array(size);
  }
}

/** A tensor without dimensions. */
export function scalar(type: ElementType, value: number): Tensor {
  return Tensor.of(type, [], makeNumbers(type, 1).fill(value));
}
