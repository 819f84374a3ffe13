/**
 * A BERT-like encoder as plain numbers: what is found in a model's graph and what the kernel packs. Types only.
 *
 * Matrices are row-major. Nothing here says how or where it is computed.
 */
import type { Pooling } from '../../api/vocabulary.js';

/** A text encoder: embedding, layers, and what follows them. */
export interface Encoder {
  /** Rows of the token table; ids are below it. */
  readonly vocabularySize: number;
  /** The longest text the network was built for, in tokens. */
  readonly maxTokens: number;
  /** Width of a token's vector after the last layer. */
  readonly width: number;
  readonly embedding: TokenEmbedding;
  readonly layers: readonly EncoderLayer[];
  /** Applied to every token after the last layer. */
  readonly finalNorm?: Norm;
  /** Absent: the graph gives a vector a token, `[tokens, width]`. */
  readonly head?: PooledHead;
}

/** The vectors that enter the first layer: table row of the token + row of its position, then the norm. */
export interface TokenEmbedding {
  readonly width: number;
  readonly table: EmbeddingTable;
  readonly positions: PositionTable;
  readonly norm?: Norm;
}

/** One row a token: `values[id, column] * scales[id]`. */
export interface EmbeddingTable {
  /** `[vocabularySize, width]`. May be a view of the model's file. */
  readonly values: Int8Array;
  /** `[vocabularySize]`. */
  readonly scales: Float32Array;
  /** A token's row before it was rounded to bytes, f32 `[width]`. */
  readonly read: (id: number) => Float32Array;
}

/**
 * Everything that is added to a token's row whatever the token is: position, token type, the table's zero point.
 *
 * The n-th token of a text, from 0, takes row `offset + n`. Where there is a `paddingId`, tokens with that id take row
 * `paddingId` and aren't counted.
 */
export interface PositionTable {
  /** `[rows, width]`; at least `offset + maxTokens` rows. */
  readonly values: Float32Array;
  readonly offset: number;
  readonly paddingId?: number;
}

/**
 * One layer. With norms `after` (BERT): `y = norm(x + attention(x))`, `z = norm(y + feedForward(y))`. With norms `before`:
 * `y = x + attention(norm(x))`, `z = y + feedForward(norm(y))`.
 */
export interface EncoderLayer {
  readonly norms: 'before' | 'after';
  readonly attention: Attention;
  /** What is added to attention's output in place of the layer's input, where the width changes. */
  readonly shortcut?: Linear;
  readonly attentionNorm: Norm;
  readonly feedForward: FeedForward;
  readonly feedForwardNorm: Norm;
}

/** Scaled dot-product attention, every token to every token: `softmax(scale * q kᵀ) v`, heads side by side. */
export interface Attention {
  readonly heads: number;
  /** Width of one head; each projection has `heads * headWidth` outputs. */
  readonly headWidth: number;
  /** What products of queries and keys are multiplied by. */
  readonly scale: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

/** `down(activation(up(x)))`. */
export interface FeedForward {
  readonly up: Linear;
  readonly activation: Activation;
  readonly down: Linear;
}

/** A function of one number. `gelu` is the exact one, by the error function. */
export type Activation = 'gelu' | 'gelu-tanh' | 'relu';

/** `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, over a token's numbers. */
export interface Norm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly epsilon: number;
}

/** `x · weights + bias`, in the form that is packed. */
export interface PackableLinear {
  readonly inputs: number;
  readonly outputs: number;
  /** The weights in bytes, made anew by each call: a large model's aren't all needed at once. */
  readonly quantize: () => QuantizedLinear;
}

/** `x · weights + bias`. */
export interface Linear extends PackableLinear {
  /** The weights before they were rounded to bytes, made anew by each call. */
  readonly read: () => ExactLinear;
}

/** A linear map as the file means it. */
export interface ExactLinear {
  /** `[inputs, outputs]`. */
  readonly weights: Float32Array;
  /** `[outputs]`. */
  readonly bias: Float32Array;
}

/** A linear map in signed bytes: `weights[input, output] * scales[output]`. */
export interface QuantizedLinear {
  /** `[inputs, outputs]`. May be a view of the model's file. */
  readonly weights: Int8Array;
  /** `[outputs]`. */
  readonly scales: Float32Array;
  /** `[outputs]`. */
  readonly bias: Float32Array;
}

/** One vector a text, as the graph itself makes it. */
export interface PooledHead {
  readonly pooling: Exclude<Pooling, 'model'>;
  /** Applied to the pooled vector, in order. */
  readonly steps: readonly HeadStep[];
}

/** A step after pooling: a dense layer, or scaling to unit length. */
export type HeadStep =
  | { readonly kind: 'dense'; readonly linear: Linear; readonly activation: Activation | 'tanh' | 'none' }
  | { readonly kind: 'normalize' };
