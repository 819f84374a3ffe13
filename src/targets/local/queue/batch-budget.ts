/** How much work fits into one micro-batch and how long it may take, learned from how long micro-batches took. */

/** Queries wait for at most one micro-batch, so it should be over soon; shorter ones waste time on messages. */
const TARGET_MS = 60;
/** A guess that is too small costs a few messages, one that is too large makes the first query wait. */
const FIRST_TOKENS = 128;
const MAX_TOKENS = 16_384;
/** How much the newest measurement counts: enough to follow a device that heats up, not enough to follow noise. */
const WEIGHT = 0.3;

/** The first micro-batches are slow: the browser is still compiling. */
const MIN_MEASUREMENTS = 4;

/** A worker that takes longer than all of these has stopped, or might as well have. */
const MIN_LIMIT_MS = 30_000;
/** Times as long as expected: attention grows with the square of a text's length, and a phone slows down when hot. */
const LIMIT_FACTOR = 50;
/** Before anything is known. A large model on a slow phone takes a tenth of a second a token. */
const FIRST_LIMIT_MS = 60_000;
const FIRST_LIMIT_MS_PER_TOKEN = 500;
/** All of a text is tokenized, also what is cut off: some microseconds a token, a hundred times as long on a slow phone. */
const TOKENIZE_LIMIT_MS_PER_TOKEN = 1;

/** The token budget of the next micro-batch. */
export class BatchBudget {
  #tokensPerMs: number | undefined;
  /** Real tokens for each estimated one: estimates are too low for Chinese, and know no limit. */
  #tokensPerEstimate = 1;
  #measurements = 0;

  /** The most tokens the next micro-batch should hold. */
  get tokens(): number {
    if (this.#tokensPerMs === undefined) return FIRST_TOKENS;
    return Math.min(MAX_TOKENS, Math.max(1, Math.round(this.#tokensPerMs * TARGET_MS)));
  }

  /** How fast one worker is, in estimated tokens; undefined until that is known well enough to decide by. */
  get tokensPerMs(): number | undefined {
    return this.#measurements < MIN_MEASUREMENTS ? undefined : this.#tokensPerMs;
  }

  /** The same in tokens as the model counts them, after truncation. */
  get realTokensPerMs(): number | undefined {
    return this.tokensPerMs === undefined ? undefined : this.tokensPerMs * this.#tokensPerEstimate;
  }

  /**
   * How long a micro-batch may take before its worker counts as hung.
   *
   * @param tokens - those the model is given.
   * @param uncutTokens - those its texts have.
   */
  limitMs(tokens: number, uncutTokens: number = tokens): number {
    const tokenizeMs = TOKENIZE_LIMIT_MS_PER_TOKEN * (uncutTokens - tokens);
    if (this.tokensPerMs === undefined) return tokenizeMs + Math.max(FIRST_LIMIT_MS, FIRST_LIMIT_MS_PER_TOKEN * tokens);
    return tokenizeMs + Math.max(MIN_LIMIT_MS, (LIMIT_FACTOR * tokens) / this.tokensPerMs);
  }

  /** Takes in how long a micro-batch took, by the estimate of its tokens and their real number. */
  observe(estimatedTokens: number, elapsedMs: number, realTokens: number = estimatedTokens): void {
    if (estimatedTokens === 0 || elapsedMs <= 0) return;
    const speed = estimatedTokens / elapsedMs;
    const ratio = realTokens / estimatedTokens;
    this.#measurements += 1;
    this.#tokensPerEstimate = this.#measurements === 1 ? ratio : blend(this.#tokensPerEstimate, ratio);
    this.#tokensPerMs = this.#tokensPerMs === undefined ? speed : blend(this.#tokensPerMs, speed);
  }
}

function blend(known: number, newest: number): number {
  return known * (1 - WEIGHT) + newest * WEIGHT;
}
