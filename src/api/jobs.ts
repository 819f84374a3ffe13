/** `client.jobs`: requests one can leave and come back to, in the form of Segmind's asynchronous API. Types only. */
import type { ErrorCode } from '../errors/codes.js';
import type { CreateEmbeddingResponse, Embedding, EmbeddingCreateParams } from './embeddings.js';

/**
 * Where a job is: waiting, at work, done, or ended by an error. One that can't go on for now, as without a network, waits and is
 * tried again by itself; one that only the app can help has FAILED.
 */
export type JobStatus = 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';

/** What is known of a job at one moment. */
export interface JobState {
  /** The id to retrieve it by, also after the page was reloaded. */
  readonly request_id: string;
  /** Where it is. */
  readonly status: JobStatus;
  /** Inputs embedded so far. */
  readonly completed: number;
  /** Inputs that can't be embedded, so far. A job is done when these and `completed` are all of them. */
  readonly failed: number;
  /** Inputs of the job. */
  readonly total: number;
  /** When it was made, in milliseconds since 1970. */
  readonly created_at: number;
  /**
   * When it will be forgotten at the earliest, in milliseconds since 1970; absent until it has ended. Only time that passes while
   * a page of this site is open counts in full.
   */
  readonly expires_at?: number;
  /** Why it failed, or what it waits for. */
  readonly detail?: string;
}

/** Stands in a job's output for an input that can't be embedded, at its place. */
export interface FailedEmbedding {
  /** Always `embedding`. */
  readonly object: 'embedding';
  /** The input's position in the request. */
  readonly index: number;
  /** There is none. */
  readonly embedding: null;
  /** Why. */
  readonly error: JobInputError;
}

/** Why an input can't be embedded. */
export interface JobInputError {
  /** As an error's of `embeddings.create()`. */
  readonly code: ErrorCode;
  /** In words, without any of the input. */
  readonly message: string;
  /** Names the input, as `input[3]`. */
  readonly param: string;
}

/** The response of `embeddings.create()`, in which inputs may have failed. */
export type JobOutput = JobOutputOf<number[]> | JobOutputOf<string>;

/** The same for one kind of `encoding_format`. */
export type JobOutputOf<T extends number[] | string> = Omit<CreateEmbeddingResponse<T>, 'data'> & {
  /** In the order of the inputs, one for each; those with `error` have no vector. */
  readonly data: (Embedding<T> | FailedEmbedding)[];
};

/** The result of a completed job. */
export interface JobResult {
  /** The id of the job. */
  readonly request_id: string;
  /** Always `COMPLETED`. */
  readonly status: 'COMPLETED';
  /** What `embeddings.create()` would have answered, and why where it wouldn't have. */
  readonly output: JobOutput;
  /** What it took. */
  readonly metrics: JobMetrics;
}

/** What a job took. */
export interface JobMetrics {
  /** Seconds of computing, waiting left out; over reloads, the sum. */
  readonly inference_time: number;
}

/** A request one can leave and come back to. */
export interface Job extends JobState {
  /** What is known of it now. @throws NotFoundError `job_not_found` once it has expired. */
  refresh(): Promise<JobState>;
  /**
   * The result, when it is there.
   *
   * @throws InferenceFailed when the job failed, no input could be embedded, or it was cancelled; InferenceTimeout when the time is up, while the job goes on;
   *   NotFoundError `job_not_found` when it has expired; the signal's reason when `signal` aborts, while the job goes on.
   */
  wait(options?: JobWaitOptions): Promise<JobResult>;
}

/** How long to wait for a job. */
export interface JobWaitOptions {
  /** Rejects with `InferenceTimeout` after so many milliseconds. @default 600_000 */
  readonly timeoutMs?: number;
  /** How often a remote job, or one of another tab, is asked for. @default 1_000 */
  readonly intervalMs?: number;
  /** Ends the wait, not the job. */
  readonly signal?: AbortSignal;
}

/** The request of `jobs.create()`: that of `embeddings.create()`. */
export type JobCreateParams = EmbeddingCreateParams;

/** Options of `jobs.create()`. */
export interface JobCreateOptions {
  /** Ends the call, and no job is made of it; once it has answered, use `jobs.cancel()`. */
  readonly signal?: AbortSignal;
}
