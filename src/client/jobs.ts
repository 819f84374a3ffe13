/** `client.jobs`: requests one can leave and come back to. Their code comes with the first of them. */
import type { Job, JobCreateOptions, JobCreateParams } from '../api/jobs.js';
import { areJobsDue } from '../storage/job-marker.js';
import type { JobService } from '../jobs/job-service.js';
import { loadOnce } from './load-script.js';

/**
 * Requests that outlive the page: kept in this origin's IndexedDB, worked on while a page with such a client is open, and gone
 * on with after a reload.
 *
 * Every method rejects with EmbeddingError `storage_unavailable` or `insufficient_storage` when IndexedDB can't be used or is
 * full, `disposed` after the client was disposed of, and ModelLoadError `engine_script_failed` when this part of the library
 * can't be loaded.
 */
export class Jobs {
  readonly #open: () => Promise<JobService>;
  #service: JobService | undefined;
  #isDisposed = false;

  /**
   * @param load - fetches the code, and makes what works on jobs.
   * @internal
   */
  constructor(model: string, load: () => Promise<JobService>) {
    this.#open = loadOnce(async () => {
      this.#service = await load();
      // Then it tells whoever asks.
      if (this.#isDisposed) this.#service.dispose();
      return this.#service;
    });
    if (areJobsDue(model)) this.#open().catch(() => undefined);
  }

  /**
   * Stores a request of any size, and answers as soon as that is done, before anything is embedded. Its texts stay on this
   * device until the job is completed or cancelled; the result stays for one hour after that, as far as a page sees it pass.
   *
   * @throws BadRequestError, NotFoundError as `embeddings.create()`; the signal's reason when `signal` aborts before the job is
   *   stored.
   */
  async create(params: JobCreateParams, options: JobCreateOptions = {}): Promise<Job> {
    return (await this.#open()).create(params, options);
  }

  /** A job of the client's model, also one of another tab or of an earlier visit. @throws NotFoundError `job_not_found`. */
  async retrieve(id: string): Promise<Job> {
    return (await this.#open()).retrieve(id);
  }

  /** Every job of the client's model in this origin, the newest first. */
  async list(): Promise<Job[]> {
    return (await this.#open()).list();
  }

  /**
   * Ends a job as FAILED with the detail `cancelled`, and deletes its texts and vectors; one that is completed stays as it is.
   * Computing stops at the next micro-batch. What a provider was sent it may still compute.
   *
   * @throws NotFoundError `job_not_found`.
   */
  async cancel(id: string): Promise<Job> {
    return (await this.#open()).cancel(id);
  }

  /**
   * Lets a job that has FAILED wait for work anew, from where it stopped: inputs that failed are tried again, and nothing that
   * has a vector. Any other job stays as it is.
   *
   * @throws NotFoundError `job_not_found`; BadRequestError `invalid_value` for a job that was cancelled, or was made by a client
   *   with other options.
   */
  async resume(id: string): Promise<Job> {
    return (await this.#open()).resume(id);
  }

  /** Stops all work; jobs can be gone on with. @internal */
  dispose(): void {
    this.#isDisposed = true;
    this.#service?.dispose();
  }
}
