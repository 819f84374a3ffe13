/** Which encoders this kernel computes. All of its limits are here, and nowhere else. */
import type { Encoder, EncoderLayer, Norm } from '../encoder.js';
import { EmbeddingError } from '../../../errors/errors.js';
import { PANEL } from './memory-layout.js';

/**
 * The largest sizes there are models and measurements of. Sums of products would stay within 32 bits for rows of 32,768
 * bytes, which is what remains for dense layers behind pooling, and for heads of 256 numbers of 12 bits.
 */
const MAX = { width: 1024, feedForward: 4096, headWidth: 128, denseWidth: 32_768, tokens: 2048 };
/** Widths of layers are whole pairs of panels, as all models' are; heads and dense layers are whole panels. */
const BLOCK = 2 * PANEL;

/**
 * Passes when texts of `maxTokens` tokens are not too long. Known before anything is read of a model, and so asked first.
 *
 * @throws EmbeddingError `kernel_unsupported`.
 */
export function checkTokens(maxTokens: number): void {
  check('longest text', maxTokens, 1, MAX.tokens);
}

/**
 * Passes when every size of the encoder and of its tables is one the kernel computes with.
 *
 * @throws EmbeddingError `kernel_unsupported` that names the size.
 */
export function checkSizes(encoder: Encoder): void {
  const { vocabularySize, maxTokens, embedding, layers, width, head } = encoder;
  const { table, positions } = embedding;
  checkTokens(maxTokens);
  check('hidden size', embedding.width, BLOCK, MAX.width);
  check('hidden size', width, BLOCK, MAX.width);
  layers.forEach(checkLayer);
  for (const step of head?.steps ?? []) {
    if (step.kind === 'dense') check('dense layer', step.linear.outputs, PANEL, MAX.denseWidth);
  }
  const rows = positions.offset + maxTokens;
  const isWhole =
    layers.length > 0 &&
    table.values.length === vocabularySize * embedding.width &&
    table.scales.length === vocabularySize &&
    positions.values.length >= rows * embedding.width;
  if (!isWhole || !fitTogether(encoder)) throw unsupported('It has parts whose sizes do not fit together.');
}

function checkLayer({ attention, feedForward }: EncoderLayer): void {
  const { heads, headWidth, output } = attention;
  check('head width', headWidth, PANEL, MAX.headWidth);
  check('attention width', heads * headWidth, BLOCK, MAX.width);
  check('hidden size', output.outputs, BLOCK, MAX.width);
  check('feed-forward size', feedForward.up.outputs, BLOCK, MAX.feedForward);
}

function check(what: string, size: number, multiple: number, max: number): void {
  if (size % multiple !== 0) throw unsupported(`Its ${what} ${size} isn't a multiple of ${multiple}.`);
  if (size < multiple) throw unsupported(`Its ${what} ${size} is under ${multiple}.`);
  if (size > max) throw unsupported(`Its ${what} ${size} is over ${max}.`);
}

/** Whether each part takes what the one before it gives. */
function fitTogether({ embedding, layers, finalNorm, width, head }: Encoder): boolean {
  let current = embedding.width;
  if (embedding.norm && !isNorm(embedding.norm, current)) return false;
  for (const layer of layers) {
    if (!fitsBehind(current, layer)) return false;
    current = layer.attention.output.outputs;
  }
  if (current !== width || (finalNorm && !isNorm(finalNorm, width))) return false;
  for (const step of head?.steps ?? []) {
    if (step.kind !== 'dense') continue;
    if (step.linear.inputs !== current) return false;
    current = step.linear.outputs;
  }
  return true;
}

/** Whether a layer takes rows of `current` numbers, and each of its parts what the one before it gives. */
function fitsBehind(current: number, layer: EncoderLayer): boolean {
  const { norms, attention, shortcut, attentionNorm, feedForward, feedForwardNorm } = layer;
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
  return isAttention && isResidual && isFeedForward && isNormed;
}

function isNorm({ gamma, beta }: Norm, width: number): boolean {
  return gamma.length === width && beta.length === width;
}

function unsupported(why: string): EmbeddingError {
  return new EmbeddingError('kernel_unsupported', `The kernel does not know this model. ${why}`);
}
