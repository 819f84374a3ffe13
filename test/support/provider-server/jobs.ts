/** The jobs of a lane: QUEUED, PROCESSING, then COMPLETED or FAILED, by the number of polls. */
import { randomUUID } from 'node:crypto';
import { jsonReply, type Reply } from './reply.js';
import type { JobFault } from './wire.js';

interface Job {
  readonly output: unknown;
  readonly script: Omit<JobFault, 'kind'>;
  polls: number;
  answers: number;
}

/** What the server says it computed for, in seconds. */
const INFERENCE_TIME_S = 0.125;

/** Jobs by id. */
export class JobTable {
  readonly #jobs = new Map<string, Job>();

  /** The new job's id. */
  add(output: unknown, script: Omit<JobFault, 'kind'> = {}): string {
    const id = randomUUID();
    this.#jobs.set(id, { output, script, polls: 0, answers: 0 });
    return id;
  }

  clear(): void {
    this.#jobs.clear();
  }

  /** The answer to a poll, which moves the job on. */
  status(id: string): Reply {
    const job = this.#find(id);
    if (!job) return NOT_FOUND;
    const status = stateOf(job);
    job.polls += 1;
    if (status !== 'FAILED') return jsonReply(200, { request_id: id, status });
    return jsonReply(job.script.failedPollStatus ?? 422, failure(id, job));
  }

  /** The answer to a request for the result; it doesn't move the job on. */
  result(id: string): Reply {
    const job = this.#find(id);
    if (!job) return NOT_FOUND;
    const status = stateOf(job);
    if (status === 'FAILED') return jsonReply(422, failure(id, job));
    if (status !== 'COMPLETED') return jsonReply(202, { request_id: id, status });
    return jsonReply(200, {
      request_id: id,
      status,
      output: job.output,
      metrics: { inference_time: INFERENCE_TIME_S },
    });
  }

  #find(id: string): Job | undefined {
    const job = this.#jobs.get(id);
    if (!job) return undefined;
    job.answers += 1;
    return job.answers > (job.script.expiresAfter ?? Infinity) ? undefined : job;
  }
}

const NOT_FOUND: Reply = jsonReply(404, { detail: 'Request not found or expired' });

function stateOf({ polls, script }: Job): 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED' {
  const queued = script.queuedPolls ?? 1;
  if (polls < queued) return 'QUEUED';
  return polls < queued + (script.processingPolls ?? 1) ? 'PROCESSING' : (script.ends ?? 'COMPLETED');
}

function failure(id: string, job: Job): object {
  return { request_id: id, status: 'FAILED', detail: job.script.detail ?? 'content blocked' };
}
