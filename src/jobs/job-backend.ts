/** What jobs need of whoever computes: the only things they know of targets and providers. Types only. */
import type { ProviderJobResult, ProviderJobs, ProviderRequest } from '../contract/provider.js';
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

/** A provider with jobs of its own. Each input of a job is one of its requests. */
export interface RemoteJobs {
  /** Tells this provider, host and model from every other; stored with the job. */
  readonly key: string;
  readonly jobs: ProviderJobs;
  /** What is sent for a checked request, with prompts in the texts where the provider has no tasks of its own. */
  prepare(request: TargetRequest): ProviderRequest;
  /** Asks the app for consent, with purpose `job`, before anything of it is sent. @throws EgressDeniedError. */
  ask(texts: JobEgress, signal: AbortSignal): Promise<void>;
  /** A provider's answer as every target answers: with its space, its `ProviderInfo` and a token count for each input. */
  toRows(result: ProviderJobResult, request: ProviderRequest): EmbeddedRows;
}

/** What of a job would be sent. */
export interface JobEgress {
  readonly texts: number;
  /** UTF-8 bytes of the texts, or of the token ids as JSON. */
  readonly bytes: number;
}
