/** What is stored of a job, and what follows from it. Pure. */
import type { JobState, JobStatus } from '../api/jobs.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { ModelContent } from '../ports/model-content.js';
import type { TargetRequest } from '../contract/target.js';
import { countInputs, isRows, type InputFailure, type StoredPart } from './stored-part.js';

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
  /** Inputs that can't be embedded. */
  readonly failed?: number;
  readonly total: number;
  /** Milliseconds since 1970, as the two that follow. */
  readonly createdAt: number;
  /** When it was last worked on. */
  readonly changedAt: number;
  /** Absent until it is COMPLETED or FAILED. */
  readonly endedAt?: number;
  /** How long it has been as it is, in milliseconds, as far as somebody saw it. */
  readonly ageMs?: number;
  /** When somebody saw it last, in milliseconds since 1970. */
  readonly seenAt?: number;
  /** Why it failed, or what it waits for. */
  readonly detail?: string;
  /** Whether its inputs are still there although it has failed. */
  readonly isResumable?: boolean;
  /** Milliseconds of computing so far. */
  readonly computeMs: number;
  /** The space of the vectors stored; absent until there is one. */
  readonly space?: string;
  /** What the model was made of that computed them, as far as it was told. */
  readonly content?: ModelContent;
  /** The provider that holds its requests, by `RemoteJobs.key`; absent for local work. */
  readonly remote?: string;
}

/** Whether nothing more will happen to a job. */
export function hasEnded({ status }: JobRecord): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/** Whether some of a job was worked on here. */
export function isBegunHere({ remote, status, completed, failed = 0 }: JobRecord): boolean {
  return remote === undefined && (status === 'PROCESSING' || completed + failed > 0);
}

/** How long a job is kept as it is, in milliseconds. One that can be gone on with is kept like one nobody has gone on with. */
export function keptMs(record: JobRecord): number {
  return hasEnded(record) && record.isResumable !== true ? RESULT_MS : ABANDONED_MS;
}

/** How much longer it will be kept. */
export function leftMs(record: JobRecord): number {
  return keptMs(record) - (record.ageMs ?? 0);
}

/** What its maker is told of a job. */
export function toJobState(record: JobRecord): JobState {
  const { id, status, completed, failed = 0, total, createdAt, detail } = record;
  return {
    request_id: id,
    status,
    completed,
    failed,
    total,
    created_at: createdAt,
    ...(hasEnded(record) && { expires_at: Date.now() + leftMs(record) }),
    ...(detail !== undefined && { detail }),
  };
}

type Changes = Partial<JobRecord> & Pick<JobRecord, 'status'>;

/** The job in another state, with no word left on the one before. It is as old as it was. */
export function change(record: JobRecord, changes: Changes): JobRecord {
  const next: Partial<Record<keyof JobRecord, unknown>> = { ...record, changedAt: Date.now() };
  delete next.detail;
  delete next.endedAt;
  delete next.isResumable;
  return { ...(next as unknown as JobRecord), ...changes };
}

/** The same, and its age begins anew: it has got somewhere, or has ended. */
export function renew(record: JobRecord, changes: Changes): JobRecord {
  const next = change(record, { ...changes, ageMs: 0 });
  return hasEnded(next) ? { ...next, endedAt: next.changedAt } : next;
}

/** The job after some more of its inputs were worked on; the last ones end it. */
export function advance(record: JobRecord, part: StoredPart, computeMs: number): JobRecord {
  const counts = countInputs(part);
  const completed = record.completed + counts.completed;
  const failed = (record.failed ?? 0) + counts.failed;
  return renew(record, {
    completed,
    failed,
    computeMs: record.computeMs + computeMs,
    ...(completed + failed < record.total ? { status: 'PROCESSING' } : endOf(completed, part)),
  });
}

/** A job without a single vector has failed. */
function endOf(completed: number, part: StoredPart): Changes {
  if (completed > 0) return { status: 'COMPLETED' };
  const last = part.find((piece): piece is InputFailure => !isRows(piece));
  return { status: 'FAILED', isResumable: true, detail: `No input can be embedded. ${last?.message ?? ''}`.trimEnd() };
}

/** Whether what the database holds is a job: storage may hold anything. */
export function isJobRecord(value: unknown): value is JobRecord {
  const record = value as Partial<Record<keyof JobRecord, unknown>> | undefined;
  const isText = (key: keyof JobRecord): boolean => typeof record?.[key] === 'string';
  const isNumber = (key: keyof JobRecord): boolean => Number.isFinite(record?.[key]);
  return (
    (['id', 'model', 'owner', 'format', 'status'] as const).every(isText) &&
    (['completed', 'total', 'createdAt', 'changedAt', 'computeMs'] as const).every(isNumber) &&
    typeof record?.request === 'object'
  );
}
