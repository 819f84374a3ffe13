/** A side of the comparison of workers and threads whose work is a rate, counted as fake time goes on. */
import type { TrialSide } from '../../../../src/targets/local/pool/thread-trial.js';

/** A side that answers so many tokens a millisecond while it runs. */
export class FakeSide implements TrialSide {
  /** What was asked of it, in order. */
  readonly asked: ('resume' | 'pause')[] = [];
  readonly #tokensPerMs: () => number;
  #answered = 0;
  #resumedAt: number | undefined;

  /** @param tokensPerMs - its speed, asked when it is resumed and when it is paused. */
  constructor(tokensPerMs: () => number) {
    this.#tokensPerMs = tokensPerMs;
  }

  /** Whether it works at this moment. */
  get isRunning(): boolean {
    return this.#resumedAt !== undefined;
  }

  /** Tokens answered so far. */
  get answered(): number {
    if (this.#resumedAt === undefined) return this.#answered;
    return this.#answered + (performance.now() - this.#resumedAt) * this.#tokensPerMs();
  }

  resume(): void {
    this.asked.push('resume');
    this.#resumedAt ??= performance.now();
  }

  pause(): Promise<void> {
    this.asked.push('pause');
    this.#answered = this.answered;
    this.#resumedAt = undefined;
    return Promise.resolve();
  }
}
