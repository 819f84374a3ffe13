/** Which inputs go into which HTTP request. Pure. */
import { countBytes } from '../../../util/count-bytes.js';

/** An input: a text, or token ids. */
export type Input = string | readonly number[];

/** What one request may hold. */
export interface BatchLimits {
  readonly maxInputs: number;
  /** Tokens of all inputs together. */
  readonly maxTokens: number;
}

/** Inputs that follow each other. */
export interface Batch {
  /** The first one's place among all. */
  readonly start: number;
  readonly inputs: readonly Input[];
}

/** Batches in order, each as large as the limits allow; an input that is over them alone is a batch of its own. */
export function* splitBatches(inputs: readonly Input[], limits: BatchLimits): Generator<Batch> {
  let start = 0;
  let tokens = 0;
  for (const [place, input] of inputs.entries()) {
    const own = boundTokens(input);
    if (place > start && (place - start >= limits.maxInputs || tokens + own > limits.maxTokens)) {
      yield { start, inputs: inputs.slice(start, place) };
      start = place;
      tokens = 0;
    }
    tokens += own;
  }
  if (start < inputs.length) yield { start, inputs: inputs.slice(start) };
}

/** The two halves of a batch of at least two inputs. */
export function halve({ start, inputs }: Batch): readonly [Batch, Batch] {
  const middle = Math.ceil(inputs.length / 2);
  return [
    { start, inputs: inputs.slice(0, middle) },
    { start: start + middle, inputs: inputs.slice(middle) },
  ];
}

/**
 * More tokens than the input can have: a text has at most one for each of its bytes. Source: a byte-level vocabulary holds
 * every single byte and merges them, Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section 2.2.
 */
function boundTokens(input: Input): number {
  return typeof input === 'string' ? countBytes(input) : input.length;
}
