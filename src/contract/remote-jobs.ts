/** Jobs of a provider, as they are when the app has consented and the provider's space is known. Types only. */
import type { ProviderJobResult, ProviderJobs, ProviderRequest } from './provider.js';
import type { EmbeddedRows, TargetRequest } from './target.js';

/** A provider with jobs of its own. Each input of a job is one of its requests. */
export interface RemoteJobs {
  /** Tells this provider, host and model from every other; stored with the job. */
  readonly key: string;
  readonly jobs: ProviderJobs;
  /** What is sent for a checked request, with prompts in the texts where the provider has no tasks of its own. */
  prepare(request: TargetRequest): ProviderRequest;
  /** Asks the app for consent, with purpose `job`, before anything of it is sent. @throws EgressDeniedError. */
  ask(texts: JobEgress, signal: AbortSignal): Promise<void>;
  /**
   * A provider's answer to one of a job's inputs, as every target answers.
   *
   * @param request - the checked request, before it was prepared.
   * @throws SpaceMismatchError when its space isn't the client's.
   */
  toRows(result: ProviderJobResult, request: TargetRequest): EmbeddedRows;
}

/** What of a job would be sent. */
export interface JobEgress {
  readonly texts: number;
  /** UTF-8 bytes of the texts, or of the token ids as JSON. */
  readonly bytes: number;
}
