/** What an app is told of a model that loads, whichever target loads it. */
import type { ModelProgressEvent } from '../../api/events.js';

/** How far a target has loaded the model. */
export type LoadState = Omit<ModelProgressEvent, 'model'>;

const PHASES: readonly LoadState['phase'][] = ['download', 'start', 'ready'];

/**
 * Passes states on, so that they never seem to go back: a target that takes over before the model was ready loads the same
 * files again, from a cache, and is heard once it is as far as the one before it.
 */
export class LoadReport {
  readonly #tell: (state: LoadState) => void;
  #told: { readonly id: string; readonly state: LoadState } | undefined;

  constructor(tell: (state: LoadState) => void) {
    this.#tell = tell;
  }

  /** Takes in how far the target with that id is. */
  add(id: string, state: LoadState): void {
    if (this.#told && this.#told.id !== id && isBehind(state, this.#told.state)) return;
    this.#told = state.phase === 'ready' ? undefined : { id, state };
    this.#tell(state);
  }
}

function isBehind(one: LoadState, other: LoadState): boolean {
  return PHASES.indexOf(one.phase) < PHASES.indexOf(other.phase) || one.loadedBytes < other.loadedBytes;
}
