/** What a graph's values turn out to be: a few kinds of things, and views and functions of them. */
import { GraphError } from '../../onnx/graph-error.js';
import { scalar, type Tensor } from '../../onnx/tensor.js';
import { classify } from './classify.js';
import type { Activation, Norm } from '../encoder.js';
import { arrange, isWhole, sizesOf, type Layout } from './layout.js';
import { IDENTITY, isIdentity, type RowMap } from './row-map.js';
import type { Weights } from './weights.js';

/** Something constant that is added to rows of the table. */
export interface Addend {
  /** The value's name in the graph; undefined when it has none, and then it is the same for every token. */
  readonly name: string | undefined;
  readonly value: Tensor;
  readonly factor: number;
}

/** Some of a linear map's outputs as heads: output `offset + head * headStride + channel * channelStride`. */
export interface Heads {
  readonly linear: LinearThing;
  readonly offset: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly headStride: number;
  readonly channelStride: number;
}

/** Rows of a table, one a token. */
export interface LookupThing {
  readonly kind: 'lookup';
  readonly shape: readonly number[];
  readonly weights: Weights;
  readonly addends: readonly Addend[];
}

/** `x · weights * gain + bias`. */
export interface LinearThing {
  readonly kind: 'linear';
  readonly shape: readonly number[];
  readonly input: Thing;
  readonly weights: Weights;
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

/** What tokens' vectors go through in an encoder; each is made of others. Shapes are `[rows, width]`. */
export type Thing =
  | LookupThing
  | LinearThing
  | { readonly kind: 'norm'; readonly shape: readonly number[]; readonly input: Thing; readonly norm: Norm }
  | {
      readonly kind: 'activation';
      readonly shape: readonly number[];
      readonly input: Thing;
      readonly activation: Activation | 'tanh';
    }
  | { readonly kind: 'normalize'; readonly shape: readonly number[]; readonly input: Thing }
  | { readonly kind: 'sum'; readonly shape: readonly number[]; readonly left: Thing; readonly right: Thing }
  /** `[heads, tokens, tokens]`. */
  | {
      readonly kind: 'scores';
      readonly shape: readonly number[];
      readonly query: Heads;
      readonly key: Heads;
      readonly scale: number;
    }
  /** Scores after softmax. */
  | { readonly kind: 'shares'; readonly shape: readonly number[]; readonly scores: ScoresThing; readonly scale: number }
  | { readonly kind: 'mix'; readonly shape: readonly number[]; readonly shares: SharesThing; readonly value: Heads }
  /** `[1, width]`: the weighted sum over tokens. */
  | {
      readonly kind: 'pooled';
      readonly shape: readonly number[];
      readonly input: Thing;
      readonly weights: Float64Array;
    };

/** Products of queries and keys. */
export type ScoresThing = Extract<Thing, { kind: 'scores' }>;
/** How much each token takes of each. */
export type SharesThing = Extract<Thing, { kind: 'shares' }>;

/** A value that depends on the tokens: a view of a function of a thing. Frozen; an operator makes a new one. */
export class Value {
  readonly thing: Thing;
  readonly layout: Layout;
  readonly map: RowMap;
  #settled: Value | undefined;

  constructor(thing: Thing, layout: Layout, map: RowMap) {
    this.thing = thing;
    this.layout = layout;
    this.map = map;
    Object.freeze(this);
  }

  /** Another function of the same thing, seen the same way. */
  withMap(map: RowMap): Value {
    return new Value(this.thing, this.layout, map);
  }

  /** The same function of the same thing, seen another way. */
  withLayout(layout: Layout): Value {
    return new Value(this.thing, layout, this.map);
  }

  /** What {@link settle} has made of this very value; its like, made by another operator, has its own. */
  get settled(): Value | undefined {
    return this.#settled;
  }

  /**
   * The same value with its function made a thing of its own; the same one each time, so that it is the same thing to all
   * who use it.
   *
   * @throws GraphError when the function is none that is known.
   */
  settle(): Value {
    this.#settled ??= isIdentity(this.map) ? this : resolve(this);
    return this.#settled;
  }
}

/** A value of the graph: constant, or not. */
export type Term = Value | Tensor;

/** A thing as it is. */
export function viewOf(thing: Thing, dims: readonly number[]): Value {
  return new Value(thing, arrange(thing.shape, dims), IDENTITY);
}

/** Numbers of a thing's vectors. */
export function widthOfThing({ shape }: Thing): number {
  return shape.at(-1) ?? 1;
}

/** Whether a value is its whole thing, seen as rows. */
export function isPlain({ layout, thing }: Pick<Value, 'layout' | 'thing'>): boolean {
  return isWhole(layout, thing.shape);
}

/** A value with its function made a thing of its own. @throws GraphError when the function is none that is known. */
export function settle(value: Value): Value {
  return value.settle();
}

/** The same, but a value whose function isn't known stays as it is: it may be a part of one. */
export function trySettle(value: Value): Value {
  try {
    return value.settle();
  } catch (error) {
    if (error instanceof GraphError) return value;
    throw error;
  }
}

function resolve({ thing, layout, map }: Value): Value {
  if (map.kind === 'affine') return new Value(foldAffine(thing, map.scale, map.shift), layout, IDENTITY);
  const found = thing.kind === 'scores' || thing.kind === 'shares' ? undefined : classify(map, widthOfThing(thing));
  if (!found) throw new GraphError('It has a function that is neither a known activation nor a norm.');
  const { shape } = thing;
  switch (found.kind) {
    case 'norm':
      return viewOf({ kind: 'norm', shape, input: thing, norm: found.norm }, sizesOf(layout));
    case 'normalize':
      return viewOf({ kind: 'normalize', shape, input: thing }, sizesOf(layout));
    case 'activation': {
      const isIt = found.scale === 1 && found.shift === 0;
      const input = isIt ? thing : foldAffine(thing, found.scale, found.shift);
      return new Value({ kind: 'activation', shape, input, activation: found.activation }, layout, IDENTITY);
    }
  }
}

/** A thing that is `x * scale + shift`. @throws GraphError when there is no such thing. */
function foldAffine(thing: Thing, scale: number, shift: number): Thing {
  if (!Number.isFinite(scale) || !Number.isFinite(shift)) throw new GraphError('It multiplies by what is no number.');
  const change = (values: Float32Array, add: number): Float32Array => values.map((x) => x * scale + add);
  switch (thing.kind) {
    case 'linear':
      return { ...thing, gain: thing.gain.map((x) => x * scale), bias: thing.bias.map((x) => x * scale + shift) };
    case 'norm':
      return {
        ...thing,
        norm: { ...thing.norm, gamma: change(thing.norm.gamma, 0), beta: change(thing.norm.beta, shift) },
      };
    case 'pooled':
      if (shift === 0) return { ...thing, weights: thing.weights.map((x) => x * scale) };
      break;
    case 'lookup':
      return scaleLookup(thing, scale, shift);
  }
  throw new GraphError('It multiplies or shifts its vectors where no encoder does.');
}

function scaleLookup(thing: LookupThing, scale: number, shift: number): LookupThing {
  const { weights, addends } = thing;
  const scales = [...weights.scales, { along: 'all', values: Float64Array.of(scale) } as const];
  const scaled = addends.map((addend) => ({ ...addend, factor: addend.factor * scale }));
  return addConstant({ ...thing, weights: { ...weights, scales }, addends: scaled }, shift);
}

function addConstant(thing: LookupThing, shift: number): LookupThing {
  if (shift === 0) return thing;
  return { ...thing, addends: [...thing.addends, { name: undefined, value: scalar('float32', shift), factor: 1 }] };
}
