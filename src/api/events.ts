/** The client's events. Types only. */
import type { EmbeddingError } from '../errors/errors.js';

/** How far loading the model is. */
export interface ModelProgressEvent {
  /** The client's model. */
  readonly model: string;
  /** `download` while files come, `start` while the runtime starts, `ready` once. */
  readonly phase: 'download' | 'start' | 'ready';
  /** Bytes of all files together. */
  readonly loadedBytes: number;
  /** Absent until every file has announced its size. */
  readonly totalBytes?: number;
}

/** A worker ended by a failure. What it hadn't answered is tried again by a new one, or its callers have been told. */
export interface EngineDiedEvent {
  /** Why it ended. */
  readonly error: EmbeddingError;
}

/** The client's events by name. */
export interface ClientEvents {
  /** The model is being loaded. */
  'model-progress': ModelProgressEvent;
  /** A worker has ended. */
  'engine-died': EngineDiedEvent;
}
