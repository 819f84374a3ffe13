/** The response of `models.list()` and `models.retrieve()`: an Infinity server's, for the models this client answers for. Types only. */
import type { Device } from './vocabulary.js';

/** The response of `models.list()`. */
export interface ModelList {
  /** Always `list`. */
  readonly object: 'list';
  /** The client's model first, then its providers'. */
  readonly data: Model[];
}

/** A model this client answers for. */
export interface Model {
  /** The id to name it by in a request. */
  readonly id: string;
  /** Always `model`. */
  readonly object: 'model';
  /** Always `inpage-embeddings`. */
  readonly owned_by: 'inpage-embeddings';
  /** When this client was made, in seconds since 1970. */
  readonly created: number;
  /** The part of the device that answers, or would answer now; `remote` for a provider. Absent when nothing can. */
  readonly backend?: Device | 'remote';
  /** What it can do. */
  readonly capabilities: readonly 'embed'[];
  /** What it does now. */
  readonly stats: ModelStats;
}

/** What a model does at this moment. */
export interface ModelStats {
  /** How full the queue is, 0 to 1; at 1 calls are refused with `queue_full`. */
  readonly queue_fraction: number;
  /** Inputs that wait in the queue. */
  readonly queue_absolute: number;
  /** Inputs without a vector yet: those that wait, and those being embedded. */
  readonly results_pending: number;
  /** Inputs of the latest micro-batch, whose size follows the device's speed. */
  readonly batch_size: number;
}
