/** What jobs need of whoever computes: the only things they know of targets and providers. Types only. */
import type { RemoteJobs } from '../contract/remote-jobs.js';
import type { EmbeddedRows, TargetOptions, TargetRequest } from '../contract/target.js';

/** Computes the parts of jobs. */
export interface JobBackend {
  /** The vectors of one part of a job, from whichever target answers. Consent is its own matter. */
  embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows>;
  /**
   * The provider that holds a job's requests, when one with jobs of its own would answer now; undefined when parts are to be
   * asked of `embed()`. Absent: there never is one.
   *
   * @param key - the job was begun with this provider, and no other will do.
   */
  remote?(key: string | undefined): Promise<RemoteJobs | undefined>;
}
