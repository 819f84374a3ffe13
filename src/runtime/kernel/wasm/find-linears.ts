/** All linear maps of an encoder. */
import type { Encoder, Linear } from '../encoder.js';

/** Every linear map, in the order in which they are computed. */
export function findLinears({ layers, head }: Encoder): readonly Linear[] {
  const inLayers = layers.flatMap(({ attention, shortcut, feedForward }) => [
    attention.query,
    attention.key,
    attention.value,
    ...(shortcut ? [shortcut] : []),
    attention.output,
    feedForward.up,
    feedForward.down,
  ]);
  const inHead = head?.steps.flatMap((step) => (step.kind === 'dense' ? [step.linear] : [])) ?? [];
  return [...inLayers, ...inHead];
}

/** The largest of all weights in bytes, up or down. */
export function findMaxWeight(encoder: Encoder): number {
  let most = 0;
  for (const linear of findLinears(encoder)) {
    for (const weight of linear.quantize().weights) most = Math.max(most, Math.abs(weight));
  }
  return most;
}
