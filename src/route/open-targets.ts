/** The targets of a client. Each is made, and its code loaded, when it is first needed. */
import type { ModelStats } from '../api/models.js';
import { disposedError } from '../errors/disposed.js';
import type { PlannedTarget } from '../plan/plan.js';
import type { Target } from '../contract/target.js';

/** Fetches a target's code and makes it; nothing is started yet. */
export type LoadTarget = (planned: PlannedTarget) => Promise<Target>;

/** Makes each target once, and ends it. */
export class OpenTargets {
  readonly #load: LoadTarget;
  /** Id → the attempt to make it, under way or done. */
  readonly #opening = new Map<string, Promise<Target>>();
  readonly #open = new Map<string, Target>();
  #isDisposed = false;

  constructor(load: LoadTarget) {
    this.#load = load;
  }

  /** The target of that id, if it is there already. */
  get(id: string): Target | undefined {
    return this.#open.get(id);
  }

  /**
   * The target of a part of the plan. Callers that come while it loads share the attempt and its failure; the next one after a
   * failure tries again.
   *
   * @throws EmbeddingError `disposed`; ModelLoadError when its code can't be loaded.
   */
  open(planned: PlannedTarget): Promise<Target> {
    if (this.#isDisposed) return Promise.reject(disposedError());
    const { id } = planned;
    const known = this.#opening.get(id);
    if (known) return known;
    const attempt = this.#load(planned).then(
      (target) => {
        if (this.#opening.get(id) !== attempt) {
          // Ended while it was loading.
          target.dispose();
          throw disposedError();
        }
        this.#open.set(id, target);
        return target;
      },
      (error: unknown) => {
        if (this.#opening.get(id) === attempt) this.#opening.delete(id);
        throw error;
      },
    );
    this.#opening.set(id, attempt);
    return attempt;
  }

  /** Ends one target; {@link open} makes it anew. */
  drop(id: string): void {
    this.#open.get(id)?.dispose();
    this.#open.delete(id);
    this.#opening.delete(id);
  }

  /** Lets every target but one go as soon as it has answered what it was asked. */
  restAllBut(id: string): void {
    for (const [other, target] of this.#open) if (other !== id && target.kind === 'local') target.rest();
  }

  /** What each of them does now. */
  stats(): ModelStats[] {
    return [...this.#open.values()].map((target) => target.stats());
  }

  /** Ends every target, and those that are still loading once they are there. No other is made. */
  dispose(): void {
    this.#isDisposed = true;
    for (const id of [...this.#opening.keys()]) this.drop(id);
  }
}
