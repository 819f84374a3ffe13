/** Puts an encoder into the kernel's memory, structure by structure of `assembly/structs.ts`. */
import type { Activation, Encoder, EncoderLayer, Norm } from '../encoder.js';
import type { Arena } from './arena.js';
import {
  ACTIVATION_GELU,
  ACTIVATION_GELU_TANH,
  ACTIVATION_NONE,
  ACTIVATION_RELU,
  ACTIVATION_TANH,
} from './memory-layout.js';
import { packLinear, type PackTarget } from './pack-linear.js';

/** The kernel's number of each function. */
export const ACTIVATION_CODES: Readonly<Record<Activation | 'none' | 'tanh', number>> = {
  none: ACTIVATION_NONE,
  gelu: ACTIVATION_GELU,
  'gelu-tanh': ACTIVATION_GELU_TANH,
  relu: ACTIVATION_RELU,
  tanh: ACTIVATION_TANH,
};

/** The address of the `Encoder` structure. Weights are made bytes one layer at a time. */
export function packEncoder(target: PackTarget, { embedding, layers, finalNorm }: Encoder): number {
  const { arena } = target;
  const addresses = layers.map((layer) => packLayer(target, layer));
  return arena.struct({
    width: embedding.width,
    table: arena.store(embedding.table.values),
    tableScales: arena.store(embedding.table.scales),
    positions: arena.store(embedding.positions.values),
    embeddingNorm: packNorm(arena, embedding.norm),
    layerCount: layers.length,
    layers: arena.store(Int32Array.from(addresses)),
    finalNorm: packNorm(arena, finalNorm),
  });
}

/** The address of a `Layer` structure. */
export function packLayer(target: PackTarget, layer: EncoderLayer): number {
  const { arena } = target;
  const { attention, feedForward, shortcut } = layer;
  const { query, key, value, output } = attention;
  return arena.struct({
    normsBefore: layer.norms === 'before' ? 1 : 0,
    heads: attention.heads,
    headWidth: attention.headWidth,
    scale: { float: attention.scale },
    activation: ACTIVATION_CODES[feedForward.activation],
    projections: packLinear(target, [query, key, value]),
    output: packLinear(target, [output]),
    shortcut: shortcut ? packLinear(target, [shortcut]) : 0,
    attentionNorm: packNorm(arena, layer.attentionNorm),
    up: packLinear(target, [feedForward.up]),
    down: packLinear(target, [feedForward.down]),
    feedForwardNorm: packNorm(arena, layer.feedForwardNorm),
  });
}

/** The address of a `Norm` structure; 0 without one. */
export function packNorm(arena: Arena, norm: Norm | undefined): number {
  if (!norm) return 0;
  return arena.struct({
    gamma: arena.store(norm.gamma),
    beta: arena.store(norm.beta),
    epsilon: { float: norm.epsilon },
  });
}
