/** What `client.jobs` does, once its code is there. */
import type { Job, JobCreateOptions, JobCreateParams, JobResult, JobState, JobWaitOptions } from '../api/jobs.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { TargetRequest } from '../contract/target.js';
import { BadRequestError, NotFoundError } from '../errors/errors.js';
import { makeUuid } from '../util/uuid.js';
import type { JobBackend } from './job-backend.js';
import { hasEnded, toJobState, type JobRecord } from './job-record.js';
import { JobRunner } from './job-runner.js';
import { JobStore } from './job-store.js';
import type { StoredPart } from './stored-part.js';
import { waitForJob } from './wait-for-job.js';

/** What the client gives to its jobs. */
export interface JobServiceOptions {
  readonly model: string;
  /** See {@link JobRecord.owner}. */
  readonly owner: string;
  readonly backend: JobBackend;
  /** The checked request; throws what `embeddings.create()` does. */
  readonly checkParams: (params: JobCreateParams) => TargetRequest;
  /** Refuses options of `create()`. */
  readonly checkCreate: (options: JobCreateOptions) => void;
  /** Refuses options of `wait()`. */
  readonly checkWait: (options: JobWaitOptions) => void;
  /** The response of `embeddings.create()` that has what came of these inputs. */
  readonly shape: (parts: AsyncIterable<StoredPart>, format: EncodingFormat) => Promise<JobResult['output']>;
}

/** The reason of a job that was cancelled. */
const CANCELLED = 'cancelled';

/** What is told of a job that this client may not go on with, where nothing else is. */
const FOREIGN = "Only a client with the options it was made with goes on with it: this client's vectors may differ.";

/** Makes, finds and ends jobs; goes on with those that were left. */
export class JobService {
  readonly #options: JobServiceOptions;
  readonly #store = new JobStore();
  readonly #runner: JobRunner;
  readonly #disposal = new AbortController();

  constructor(options: JobServiceOptions) {
    this.#options = options;
    this.#runner = new JobRunner({
      store: this.#store,
      backend: options.backend,
      onEnded: () => this.#store.mark(options.model),
    });
  }

  /** Goes on with the jobs that were left, and forgets those whose time is over. A failure is shown to whoever asks for a job. */
  async goOn(): Promise<void> {
    const left = (await this.#list()).filter((record) => !hasEnded(record) && this.#isOwn(record));
    // The oldest first.
    for (const { id } of left.reverse()) this.#runner.follow(id);
    await this.#store.mark(this.#options.model);
  }

  /** See `Jobs.create()`. */
  async create(params: JobCreateParams, options: JobCreateOptions): Promise<Job> {
    const { model, owner, checkParams, checkCreate } = this.#options;
    checkCreate(options);
    const { signal } = options;
    const { inputs, ...request } = checkParams(params);
    signal?.throwIfAborted();
    const now = Date.now();
    const record: JobRecord = {
      id: makeUuid(),
      model,
      owner,
      format: params.encoding_format ?? 'float',
      request,
      status: 'QUEUED',
      completed: 0,
      total: inputs.length,
      createdAt: now,
      changedAt: now,
      computeMs: 0,
    };
    await this.#store.add(record, inputs);
    if (signal?.aborted === true) {
      // Whoever gave up has no id to ask for it by.
      await this.cancel(record.id);
      throw signal.reason;
    }
    this.#runner.follow(record.id);
    return this.#toJob(record);
  }

  /** See `Jobs.retrieve()`. */
  async retrieve(id: string): Promise<Job> {
    return this.#toJob(await this.#read(id));
  }

  /** See `Jobs.list()`. */
  async list(): Promise<Job[]> {
    return (await this.#list()).map((record) => this.#toJob(record));
  }

  /** See `Jobs.cancel()`. */
  async cancel(id: string): Promise<Job> {
    await this.#read(id);
    const failed = await this.#store.cancel(id, CANCELLED);
    if (failed) {
      this.#runner.abandon(id);
      await this.#store.mark(this.#options.model);
    }
    return this.#toJob(failed ?? (await this.#read(id)));
  }

  /** See `Jobs.resume()`. */
  async resume(id: string): Promise<Job> {
    const record = await this.#read(id);
    if (!this.#isOwn(record))
      throw unresumable(id, 'was made by a client with other options; resume it by one with the same');
    const resumed = hasEnded(record) && record.status === 'FAILED' ? await this.#store.resume(id) : record;
    if (!resumed) throw unresumable(id, 'was cancelled, and its texts are deleted; make a new one');
    if (!hasEnded(resumed)) this.#runner.follow(id);
    return this.#toJob(resumed);
  }

  /** Stops all work, and ends every wait with code `disposed`. Jobs stay as they are. */
  dispose(): void {
    this.#disposal.abort();
    this.#runner.dispose();
    this.#store.close();
  }

  async #list(): Promise<JobRecord[]> {
    return (await this.#store.list()).filter(({ model }) => model === this.#options.model);
  }

  async #read(id: string): Promise<JobRecord> {
    const record = typeof id === 'string' ? await this.#store.read(id) : undefined;
    if (record?.model !== this.#options.model) throw notFound(id);
    return record;
  }

  #isOwn({ owner }: JobRecord): boolean {
    return owner === this.#options.owner;
  }

  #toJob(record: JobRecord): Job {
    const { id } = record;
    return {
      ...this.#describe(record),
      refresh: async () => this.#describe(await this.#read(id)),
      wait: async (options = {}) => {
        this.#options.checkWait(options);
        return waitForJob(id, options, {
          runner: this.#runner,
          disposed: this.#disposal.signal,
          read: () => this.#readAndFollow(id),
          describe: (current) => this.#describe(current),
          collect: (completed) => this.#collect(completed),
        });
      },
    };
  }

  /** What its maker is told; of a job that waits here, also where that couldn't be stored. */
  #describe(record: JobRecord): JobState {
    const state = toJobState(record);
    if (hasEnded(record)) return state;
    const detail = this.#runner.waitsFor(record.id);
    if (detail !== undefined) return { ...state, status: 'QUEUED', detail };
    return this.#isOwn(record) ? state : { detail: FOREIGN, ...state };
  }

  /** Whoever waits for a job that another tab has made takes over when that tab is closed. */
  async #readAndFollow(id: string): Promise<JobRecord> {
    const record = await this.#read(id);
    if (!hasEnded(record) && this.#isOwn(record)) this.#runner.follow(id);
    return record;
  }

  async #collect({ id, format, total, computeMs }: JobRecord): Promise<JobResult> {
    const output = await this.#options.shape(this.#store.readParts(id), format);
    // Its hour may be over while it is read.
    if (output.data.length !== total) throw notFound(id);
    return { request_id: id, status: 'COMPLETED', output, metrics: { inference_time: computeMs / 1000 } };
  }
}

function unresumable(id: string, why: string): BadRequestError {
  return new BadRequestError('invalid_value', `The job '${id}' can't be resumed: it ${why}.`, { param: 'request_id' });
}

function notFound(id: string): NotFoundError {
  const message = `There is no job '${id}' of this client's model. Results are kept for one hour after a job has ended.`;
  return new NotFoundError('job_not_found', message, { param: 'request_id', requestId: id });
}
