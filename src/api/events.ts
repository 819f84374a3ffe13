/** The client's events. Types only. */
import type { EmbeddingError } from '../errors/errors.js';
import type { EgressEvent } from './egress.js';

/** How far loading the model is. */
export interface ModelProgressEvent {
  /** The client's model; `semantic-embedder` is the browser's own. */
  readonly model: string;
  /** `download` while files come, `start` while the runtime starts, `ready` once. */
  readonly phase: 'download' | 'start' | 'ready';
  /** Bytes of all files together; 0 for the browser's own model. */
  readonly loadedBytes: number;
  /** Absent until every file has announced its size. */
  readonly totalBytes?: number;
  /** How much has been downloaded, from 0 to 1. Only for the browser's own model, whose bytes it doesn't tell. */
  readonly share?: number;
}

/** A worker ended by a failure. What it hadn't answered is tried again by a new one, or its callers have been told. */
export interface EngineDiedEvent {
  /** Why it ended. */
  readonly error: EmbeddingError;
}

/** Another target answers from now on. */
export interface ProviderChangedEvent {
  /** The target that answered before: its `id` in `client.capabilities().plan`. */
  readonly from: string;
  /** The one that answers now. */
  readonly to: string;
  /** Why, in one sentence. */
  readonly reason: string;
  /** What kept the earlier one from answering; absent when the order of targets has changed. */
  readonly error?: EmbeddingError;
}

/** What a {@link WarningEvent} is about, for programs. */
export type WarningCode =
  /** More than half of a call's tokens stand for text that the model's vocabulary lacks. Told once a client. */
  | 'unknown_text'
  /** The space that `spaceName` names can't be remembered: storage is blocked or full. Told once a client. */
  | 'space_not_remembered';

/** Something works, but hardly as the app means it. */
export interface WarningEvent {
  /** What it is about. */
  readonly code: WarningCode;
  /** What is wrong and what to do, without a word of any text. */
  readonly message: string;
}

/** The client's events by name. */
export interface ClientEvents {
  /** The model is being loaded. */
  'model-progress': ModelProgressEvent;
  /** A worker has ended. */
  'engine-died': EngineDiedEvent;
  /** Another target answers. */
  'provider-changed': ProviderChangedEvent;
  /** A request with text is about to leave the device. */
  egress: EgressEvent;
  /** Something works, but hardly as the app means it. */
  warning: WarningEvent;
}
