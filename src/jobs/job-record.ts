/** What is stored of a job, and what follows from it. Pure. */
import type { JobState, JobStatus } from '../api/jobs.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';

/** How long the result of a job is kept. Source: Segmind's asynchronous API, "Results are retained for 1 hour". */
const RESULT_MS = 3600 * 1000;
/** A job that nobody goes on with isn't kept for ever: its texts are somebody's. */
const ABANDONED_MS = 7 * 24 * 3600 * 1000;

/** A job without its inputs and vectors, which are stored in parts beside it. */
export interface JobRecord {
  readonly id: string;
  readonly model: string;
  /** Names everything that decides on the vectors and on where text may go: only a client with an equal one works on it. */
  readonly owner: string;
  readonly format: EncodingFormat;
  readonly request: Omit<TargetRequest, 'inputs'>;
  readonly status: JobStatus;
  /** Inputs whose vectors are stored. */
  readonly completed: number;
  readonly total: number;
  /** Milliseconds since 1970, as the two that follow. */
  readonly createdAt: number;
  /** When it was last worked on. */
  readonly changedAt: number;
  /** Absent until it is COMPLETED or FAILED. */
  readonly endedAt?: number;
  readonly detail?: string;
  /** Milliseconds of computing so far. */
  readonly computeMs: number;
  /** The space of the vectors stored; absent until there is one. */
  readonly space?: string;
  /** The provider that holds its requests, by `RemoteJobs.key`; absent for local work. */
  readonly remote?: string;
}

/** Whether nothing more will happen to a job. */
export function hasEnded({ status }: JobRecord): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/** When everything of a job is deleted, in milliseconds since 1970. */
export function forgetAt({ endedAt, changedAt }: JobRecord): number {
  return endedAt === undefined ? changedAt + ABANDONED_MS : endedAt + RESULT_MS;
}

/** What its maker is told of a job. */
export function toJobState(record: JobRecord): JobState {
  const { id, status, completed, total, createdAt, endedAt, detail } = record;
  return {
    request_id: id,
    status,
    completed,
    total,
    created_at: createdAt,
    ...(endedAt !== undefined && { expires_at: forgetAt(record) }),
    ...(detail !== undefined && { detail }),
  };
}

/** The job after some more of its inputs were embedded; the last ones complete it. */
export function advance(record: JobRecord, rows: EmbeddedRows, computeMs: number, now: number): JobRecord {
  const completed = record.completed + rows.vectors.length / rows.dimensions;
  const isDone = completed >= record.total;
  return {
    ...record,
    completed,
    space: rows.space,
    computeMs: record.computeMs + computeMs,
    changedAt: now,
    status: isDone ? 'COMPLETED' : 'PROCESSING',
    ...(isDone && { endedAt: now }),
  };
}
