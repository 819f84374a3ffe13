/** Puts an encoder into the kernel's memory. The order of fields is that of `kernel/structs.ts`. */
import type { Activation, Encoder, EncoderLayer, Norm } from '../encoder.js';
import type { Arena } from './arena.js';
import { packLinear, type PackTarget } from './pack-linear.js';

/** Functions by their number in `kernel/activation.ts`. */
export const ACTIVATION_CODES: Readonly<Record<Activation | 'none' | 'tanh', number>> = {
  none: 0,
  gelu: 1,
  'gelu-tanh': 2,
  relu: 3,
  tanh: 4,
};

/** The address of the `Encoder` structure. Weights are made bytes one layer at a time. */
export function packEncoder(target: PackTarget, { embedding, layers, finalNorm }: Encoder): number {
  const { arena } = target;
  const addresses = layers.map((layer) => packLayer(target, layer));
  return arena.struct([
    embedding.width,
    arena.store(embedding.table.values),
    arena.store(embedding.table.scales),
    arena.store(embedding.positions.values),
    packNorm(arena, embedding.norm),
    layers.length,
    arena.store(Int32Array.from(addresses)),
    packNorm(arena, finalNorm),
  ]);
}

/** The address of a `Layer` structure. */
export function packLayer(target: PackTarget, layer: EncoderLayer): number {
  const { arena } = target;
  const { attention, feedForward, shortcut } = layer;
  const { query, key, value, output } = attention;
  return arena.struct([
    layer.norms === 'before' ? 1 : 0,
    attention.heads,
    attention.headWidth,
    { float: attention.scale },
    ACTIVATION_CODES[feedForward.activation],
    packLinear(target, [query, key, value]),
    packLinear(target, [output]),
    shortcut ? packLinear(target, [shortcut]) : 0,
    packNorm(arena, layer.attentionNorm),
    packLinear(target, [feedForward.up]),
    packLinear(target, [feedForward.down]),
    packNorm(arena, layer.feedForwardNorm),
  ]);
}

/** The address of a `Norm` structure; 0 without one. */
export function packNorm(arena: Arena, norm: Norm | undefined): number {
  if (!norm) return 0;
  return arena.struct([arena.store(norm.gamma), arena.store(norm.beta), { float: norm.epsilon }]);
}
