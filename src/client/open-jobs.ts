/** Makes what `client.jobs` stands for. The page loads this file and all it imports only when it has a job. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { JobBackend } from '../jobs/job-backend.js';
import { JobService } from '../jobs/job-service.js';
import { checkCreateOptions, checkWaitOptions } from './check-job-options.js';
import type { JobTools } from './job-tools.js';

/** What the jobs of a client are made from. */
export interface JobsRequest {
  /** The options, with `model` filled in. */
  readonly options: EmbeddingClientOptions & { readonly model: string };
  readonly backend: JobBackend;
  readonly tools: JobTools;
}

/** The jobs of a client. Those that were left are gone on with at once. */
export function openJobs({ options, backend, tools }: JobsRequest): JobService {
  const { model } = options;
  const service = new JobService({
    model,
    owner: nameOwner(options),
    backend,
    checkParams: (params) => tools.checkParams(params, model, { allowsMany: true }),
    checkCreate: (given) => {
      checkCreateOptions(given, tools);
    },
    checkWait: (given) => {
      checkWaitOptions(given, tools);
    },
    shape: (rows, format) => tools.collectResponse(rows, model, format),
  });
  // Whoever asks for a job is told why storage failed; nobody has asked yet.
  service.resume().catch(() => undefined);
  return service;
}

/** Options that change vectors, or where text may go: a client in which one differs doesn't go on with a job. */
function nameOwner({ model, revision, hub, maxTokens, pooling, policy }: JobsRequest['options']): string {
  return JSON.stringify({ model, revision: revision ?? 'main', hub, maxTokens, pooling, policy });
}
