/** The sizes of networks that are taken on. */
import { GraphError } from '../../onnx/graph-error.js';
import type { Encoder, EncoderLayer } from '../encoder.js';

/** What code that computes in blocks can do. */
const LIMITS = { width: 1024, feedForward: 4096, headWidth: 128, tokens: 2048 };
const BLOCK = 16;
const HEAD_BLOCK = 8;

/** @throws GraphError when a size is too large or isn't a multiple of what blocks need. */
export function checkSizes({ embedding, layers, width }: Encoder): void {
  check('hidden size', embedding.width, BLOCK, LIMITS.width);
  check('hidden size', width, BLOCK, LIMITS.width);
  for (const layer of layers) checkLayer(layer);
}

/** @throws GraphError when texts would be too long, or too short to tell one token from another. */
export function checkLength(maxTokens: number): void {
  check('longest text', maxTokens, 1, LIMITS.tokens);
  if (maxTokens < 4) throw new GraphError(`Its longest text ${maxTokens} is under 4.`);
}

function checkLayer({ attention, feedForward }: EncoderLayer): void {
  const { heads, headWidth, output } = attention;
  check('head width', headWidth, HEAD_BLOCK, LIMITS.headWidth);
  check('attention width', heads * headWidth, BLOCK, LIMITS.width);
  check('hidden size', output.outputs, BLOCK, LIMITS.width);
  check('feed-forward size', feedForward.up.outputs, BLOCK, LIMITS.feedForward);
}

function check(what: string, size: number, multiple: number, most: number): void {
  if (size % multiple !== 0) throw new GraphError(`Its ${what} ${size} isn't a multiple of ${multiple}.`);
  if (size > most) throw new GraphError(`Its ${what} ${size} is over ${most}.`);
}
