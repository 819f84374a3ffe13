/**
 * What an encoder's graph turns out to compute, as expressions: each is made of others, down to the lookup of the tokens.
 * They are plain immutable data, whatever operators an exporter wrote them with. Types and their smallest helpers only.
 */
import type { Tensor } from '../../onnx/tensor.js';
import type { Activation, Norm } from '../encoder.js';
import type { Weights } from './weights.js';

/** Something constant that is added to rows of the table. */
export interface Addend {
  /** The tensor's name in the graph; undefined when it has none, and then it is the same for every token. */
  readonly name: string | undefined;
  readonly tensor: Tensor;
  readonly factor: number;
}

/** Some of a linear map's outputs as heads: output `offset + head * headStride + channel * channelStride`. */
export interface Heads {
  readonly linear: LinearExpression;
  readonly offset: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly headStride: number;
  readonly channelStride: number;
}

/** Rows of a table, one a token. */
export interface LookupExpression {
  readonly kind: 'lookup';
  readonly shape: readonly number[];
  readonly weights: Weights;
  readonly addends: readonly Addend[];
}

/** `x · weights * gain + bias`. */
export interface LinearExpression {
  readonly kind: 'linear';
  readonly shape: readonly number[];
  readonly input: Expression;
  readonly weights: Weights;
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

/** What is done to tokens' vectors in an encoder. Shapes are `[rows, width]` where nothing else is said. */
export type Expression =
  | LookupExpression
  | LinearExpression
  | { readonly kind: 'norm'; readonly shape: readonly number[]; readonly input: Expression; readonly norm: Norm }
  | {
      readonly kind: 'activation';
      readonly shape: readonly number[];
      readonly input: Expression;
      readonly activation: Activation | 'tanh';
    }
  /** Scaled to length 1. */
  | { readonly kind: 'normalize'; readonly shape: readonly number[]; readonly input: Expression }
  | { readonly kind: 'sum'; readonly shape: readonly number[]; readonly left: Expression; readonly right: Expression }
  /** Attention scores, `[heads, tokens, tokens]`: products of queries and keys, times `scale`. */
  | {
      readonly kind: 'scores';
      readonly shape: readonly number[];
      readonly query: Heads;
      readonly key: Heads;
      readonly scale: number;
    }
  /** Attention probabilities, `[heads, tokens, tokens]`: the softmax of scores times `scale`. */
  | {
      readonly kind: 'probabilities';
      readonly shape: readonly number[];
      readonly scores: ScoresExpression;
      readonly scale: number;
    }
  /** Probabilities times values, heads side by side. */
  | {
      readonly kind: 'context';
      readonly shape: readonly number[];
      readonly probabilities: ProbabilitiesExpression;
      readonly value: Heads;
    }
  /** `[1, width]`: the weighted sum over tokens. */
  | {
      readonly kind: 'pooled';
      readonly shape: readonly number[];
      readonly input: Expression;
      readonly weights: Float64Array;
    };

/** A residual: two vectors a token, added. */
export type SumExpression = Extract<Expression, { kind: 'sum' }>;
/** What softmax is taken of. */
export type ScoresExpression = Extract<Expression, { kind: 'scores' }>;
/** How much each token takes of each. */
export type ProbabilitiesExpression = Extract<Expression, { kind: 'probabilities' }>;

/** Numbers of an expression's vectors. */
export function widthOfExpression({ shape }: Expression): number {
  return shape.at(-1) ?? 1;
}
