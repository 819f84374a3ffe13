/**
 * What lies in memory, field by field; every field has four bytes. TypeScript writes them in this order: `../pack-linear.ts`,
 * `../pack-encoder.ts`, `../workspace.ts`; `memory-layout.test.ts` compares. Pointers are byte addresses, 0 where there is
 * nothing.
 */
import { PANEL } from '../memory-layout';

/** A linear map, `x · weights + bias`, packed for the dot product in use. */
@unmanaged
export class Linear {
  inputs: i32;
  outputs: i32;
  /** Signed bytes in panels of 8 outputs; see `gemm.ts`. */
  weights: usize;
  /** f32 `[outputs]`: what a byte of this output's weights is worth. */
  scales: usize;
  /** i32 `[outputs]`: the sum of each output's bytes. */
  sums: usize;
  /** f32 `[outputs]`. */
  bias: usize;
  /** Only for the saturating product: u8 `[outputs / 8, inputs / 8]`; see `gemm-saturating.ts`. */
  marks: usize;
}

/** Scale and shift of a layer normalisation, f32 `[width]` each. */
@unmanaged
export class Norm {
  gamma: usize;
  beta: usize;
  epsilon: f32;
}

/** One encoder layer. */
@unmanaged
export class Layer {
  /** 1: norms come before attention and feed-forward; 0: after their residuals. */
  normsBefore: i32;
  heads: i32;
  headWidth: i32;
  /** What products of queries and keys are multiplied by. */
  scale: f32;
  /** One of the `ACTIVATION_` constants. */
  activation: i32;
  /** Queries, keys and values side by side. */
  projections: Linear;
  output: Linear;
  /** What replaces the residual around attention where the width changes. */
  shortcut: Linear | null;
  attentionNorm: Norm;
  up: Linear;
  down: Linear;
  feedForwardNorm: Norm;
}

/** A whole encoder. */
@unmanaged
export class Encoder {
  width: i32;
  /** Signed bytes `[vocabulary, width]`. */
  table: usize;
  /** f32 `[vocabulary]`. */
  tableScales: usize;
  /** f32 `[positions, width]`. */
  positions: usize;
  embeddingNorm: Norm | null;
  layerCount: i32;
  /** Pointers to {@link Layer}. */
  layers: usize;
  finalNorm: Norm | null;
}

/** Room to compute in; sizes are for the longest text and the widest layer. */
@unmanaged
export class Workspace {
  /** One of the `DOT_` constants. */
  dot: i32;
  /** f32 `[tokens, width]`, twice: a layer reads one and writes the other. */
  stream: usize;
  otherStream: usize;
  /** f32 `[tokens, 3 * attention width]`. */
  projected: usize;
  /** f32 `[tokens, attention width]`. */
  attended: usize;
  /** f32 `[BLOCK_ROWS, widest]`: normalised rows, or the inside of a feed-forward. */
  block: usize;
  /** Quantised rows, `[BLOCK_ROWS, widest]` of two bytes at most. */
  rows: usize;
  /** f32 `[BLOCK_ROWS]`. */
  rowScales: usize;
  /** i32 `[BLOCK_ROWS]`. */
  rowZeros: usize;
  /** i32 `[BLOCK_ROWS, 8]`: a panel's sums. */
  panelSums: usize;
  /** i16, one head's keys and values in panels, and the queries of a block. */
  keys: usize;
  values: usize;
  queries: usize;
  /** i32 `[BLOCK_ROWS, tokens]`, then f32 in the same place. */
  scores: usize;
  /** i16 `[BLOCK_ROWS, tokens]`. */
  probabilities: usize;
}

/** So many tokens, filled up to whole panels. */
// @ts-ignore: decorator
@inline
export function padTokens(tokens: i32): i32 {
  return (tokens + PANEL - 1) & ~(PANEL - 1);
}

/** Bytes of a row of scores. */
// @ts-ignore: decorator
@inline
export function scoreStride(tokens: i32): usize {
  return (<usize>padTokens(tokens)) << 2;
}

/** Bytes of a row of probabilities. */
// @ts-ignore: decorator
@inline
export function probabilityStride(tokens: i32): usize {
  return (<usize>padTokens(tokens)) << 1;
}
