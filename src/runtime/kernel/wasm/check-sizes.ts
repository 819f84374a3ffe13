/** Which encoders the kernel can hold: its loops take eight numbers at a time. */
import type { Encoder } from '../encoder.js';
import { EmbeddingError } from '../../../errors/errors.js';
import { findLinears } from './find-linears.js';

const STEP = 8;
/** Beyond them sums of products could leave 32 bits (a head of 12-bit numbers, a row of bytes). */
const WIDEST_HEAD = 256;
const WIDEST = 32_768;

/**
 * Passes when every size of the encoder and of its tables is one the kernel computes with.
 *
 * @throws EmbeddingError `kernel_unsupported`.
 */
export function checkSizes(encoder: Encoder): void {
  const { vocabularySize, maxTokens, embedding, layers, width } = encoder;
  const { table, positions } = embedding;
  const widths = findLinears(encoder).flatMap(({ inputs, outputs }) => [inputs, outputs]);
  const odd = [embedding.width, width, ...widths].find((size) => size % STEP !== 0 || size < STEP || size > WIDEST);
  if (odd !== undefined) throw unsupported(`a width of ${String(odd)}`);
  const head = layers
    .map(({ attention }) => attention.headWidth)
    .find((size) => size % STEP !== 0 || size > WIDEST_HEAD);
  if (head !== undefined) throw unsupported(`heads of ${String(head)} numbers`);
  if (layers.length === 0) throw unsupported('no layers');
  const rows = positions.offset + maxTokens;
  const isWhole =
    table.values.length === vocabularySize * embedding.width &&
    table.scales.length === vocabularySize &&
    positions.values.length >= rows * embedding.width;
  if (!isWhole || !fitTogether(encoder)) throw unsupported('parts whose sizes do not fit together');
}

/** Whether each part takes what the one before it gives. */
function fitTogether({ embedding, layers, finalNorm, width }: Encoder): boolean {
  let current = embedding.width;
  if (embedding.norm && !isNorm(embedding.norm, current)) return false;
  for (const { norms, attention, shortcut, attentionNorm, feedForward, feedForwardNorm } of layers) {
    const { heads, headWidth, query, key, value, output } = attention;
    const next = output.outputs;
    const inner = heads * headWidth;
    const isAttention =
      [query, key, value].every(({ inputs, outputs }) => inputs === current && outputs === inner) &&
      output.inputs === inner;
    const isResidual = shortcut ? shortcut.inputs === current && shortcut.outputs === next : current === next;
    const isFeedForward =
      feedForward.up.inputs === next &&
      feedForward.up.outputs === feedForward.down.inputs &&
      feedForward.down.outputs === next;
    const isNormed = isNorm(attentionNorm, norms === 'before' ? current : next) && isNorm(feedForwardNorm, next);
    if (!isAttention || !isResidual || !isFeedForward || !isNormed) return false;
    current = next;
  }
  return current === width && (!finalNorm || isNorm(finalNorm, width));
}

function isNorm({ gamma, beta }: { gamma: Float32Array; beta: Float32Array }, width: number): boolean {
  return gamma.length === width && beta.length === width;
}

function unsupported(what: string): EmbeddingError {
  return new EmbeddingError('kernel_unsupported', `The kernel computes no encoder with ${what}.`);
}
