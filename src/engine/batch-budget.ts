/** How much work fits into one micro-batch, learned from how long micro-batches take. */

/** Queries wait for at most one micro-batch, so it should be over soon; shorter ones waste time on messages. */
const TARGET_MS = 60;
/** A guess that is too small costs a few messages, one that is too large makes the first query wait. */
const FIRST_TOKENS = 128;
const MOST_TOKENS = 16_384;
/** How much the newest measurement counts: enough to follow a device that heats up, not enough to follow noise. */
const WEIGHT = 0.3;

/** The first micro-batches are slow: the browser is still compiling. */
const LEAST_MEASUREMENTS = 4;

/** The token budget of the next micro-batch. */
export class BatchBudget {
  #tokensPerMs: number | undefined;
  #measurements = 0;

  /** The most tokens the next micro-batch should hold. */
  get tokens(): number {
    if (this.#tokensPerMs === undefined) return FIRST_TOKENS;
    return Math.min(MOST_TOKENS, Math.max(1, Math.round(this.#tokensPerMs * TARGET_MS)));
  }

  /** How fast one worker is; undefined until that is known well enough to decide by. */
  get tokensPerMs(): number | undefined {
    return this.#measurements < LEAST_MEASUREMENTS ? undefined : this.#tokensPerMs;
  }

  /** Takes in how long a micro-batch took. */
  observe(tokens: number, elapsedMs: number): void {
    if (tokens === 0 || elapsedMs <= 0) return;
    const speed = tokens / elapsedMs;
    this.#measurements += 1;
    this.#tokensPerMs = this.#tokensPerMs === undefined ? speed : this.#tokensPerMs * (1 - WEIGHT) + speed * WEIGHT;
  }
}
