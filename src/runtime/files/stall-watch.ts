/** Ends a download that doesn't come forward. */
import { Watchdog } from '../../util/watchdog.js';

/** What a download has to bring. */
export interface LeastRate {
  /** How long it is watched before it is judged, in milliseconds; then again and again. */
  readonly stallTimeoutMs: number;
  /** Bytes of the body that must have come in that time. */
  readonly minBytes: number;
}

/** Watches one request, up to its last byte. */
export class StallWatch {
  readonly #rate: LeastRate;
  readonly #controller = new AbortController();
  readonly #watchdog = new Watchdog(() => {
    this.#judge();
  });
  #isBody = false;
  #bytes = 0;
  #stalled: string | undefined;

  constructor(rate: LeastRate) {
    this.#rate = rate;
    this.resume();
  }

  /** Aborts when the download has stalled, or was ended. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What was missing, in words; undefined unless it has stalled. */
  get stalled(): string | undefined {
    return this.#stalled;
  }

  /** From now on bytes must come, not only an answer. */
  startBody(): void {
    this.#isBody = true;
    this.resume();
  }

  /** Counts bytes that came. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Judges nothing until it is resumed: the next wait isn't the network's. */
  pause(): void {
    this.#watchdog.pause();
  }

  /** Begins to watch anew. */
  resume(): void {
    this.#bytes = 0;
    this.#watchdog.start(this.#rate.stallTimeoutMs);
  }

  /** Ends the request, if it is still under way. */
  end(): void {
    this.#watchdog.stop();
    this.#controller.abort();
  }

  #judge(): void {
    const { stallTimeoutMs, minBytes } = this.#rate;
    if (this.#isBody && this.#bytes >= minBytes) {
      this.resume();
      return;
    }
    const came = this.#bytes === 0 ? 'no byte' : `only ${String(this.#bytes)} bytes`;
    this.#stalled = `${came} came for ${String(stallTimeoutMs)} ms`;
    this.#controller.abort();
  }
}
