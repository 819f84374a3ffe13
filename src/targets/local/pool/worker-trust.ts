/** How workers come to be trusted: what they are asked for, what is compared, and what is remembered of it. */
import type { VerdictNotes } from '../../../storage/verdict-notes.js';
import { RUNTIME_REFUSAL } from '../../../errors/codes.js';
import { EmbeddingError, isEmbeddingError } from '../../../errors/errors.js';
import type { LoadRequest } from '../../../ports/worker-api.js';
import { proveDevice } from './prove-device.js';
import type { ReadyWorker } from './worker-handle.js';

/** Decides over one slot's workers. Absent: they are trusted as they are. */
export interface WorkerTrust {
  /** Added to what a worker is asked to load. */
  ask?(): Pick<LoadRequest, 'proved'>;
  /**
   * Resolves when a loaded worker may be used.
   *
   * @param job - what it has loaded.
   * @throws EmbeddingError `device_disproved`, and whatever keeps it from being found out.
   */
  accept(worker: ReadyWorker, job: LoadRequest, signal: AbortSignal): Promise<void>;
  /** Takes in why a worker couldn't be loaded. */
  refuse?(error: unknown): void;
}

/** A GPU is compared with WASM by a worker of the same script, once for each dtype's weights. */
export function trustGpu(notes: VerdictNotes, workerUrl: string): WorkerTrust {
  return {
    // The very weights that were found, and nothing else, are compared.
    accept: (worker, job, signal) => {
      const { content } = worker.model;
      return proveDevice(
        worker,
        { workerUrl, job: { ...job, dtypes: [worker.model.dtype], ...(content && { expected: content }) }, signal },
        notes,
      );
    },
  };
}

/** What a runtime that compares by itself is known by. */
export interface SelfProof {
  /** What is said of wrong vectors. */
  readonly disproof: string;
  /** The candidates of which its weights came: it is proved once for what comes of them. */
  readonly key: string;
  /** Called when it is found out, and remembered, that the runtime can't run the model. */
  readonly onRefused: () => void;
}

/** A runtime that compares by itself is asked to, once for the weights that came of the candidates. */
export function trustSelfProof(notes: VerdictNotes, { disproof, key, onRefused }: SelfProof): WorkerTrust {
  return {
    ask: () => {
      const { passed, subject } = notes.recall(key)?.proof ?? {};
      return passed === true && subject !== undefined ? { proved: subject } : {};
    },
    accept: ({ model: { proof, subject } }) => {
      if (proof) notes.remember(key, { proof: { ...proof, subject } });
      if (proof?.passed !== false) return Promise.resolve();
      return Promise.reject(new EmbeddingError('device_disproved', disproof));
    },
    refuse: (error) => {
      // A wrong number, and a graph that isn't known, stay what they are for this model and build of the runtime. What
      // couldn't start may start another time.
      const isDisproved = isEmbeddingError(error, 'device_disproved');
      if (!isDisproved && !isEmbeddingError(error, RUNTIME_REFUSAL)) return;
      notes.remember(key, { obstacle: error.message, ...(isDisproved && { proof: { passed: false } }) });
      onRefused();
    },
  };
}
