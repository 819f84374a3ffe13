/** Makes what `client.jobs` stands for. The page loads this file and all it imports only when it has a job. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { Policy } from '../../api/vocabulary.js';
import type { JobBackend } from '../../jobs/job-backend.js';
import { JobService } from '../../jobs/job-service.js';
import type { AnsweredModels } from '../calls/answered-models.js';
import { checkParams } from '../calls/check-input.js';
import { checkCreateOptions, checkWaitOptions } from './check-job-options.js';
import { collectJobOutput } from './shape-job.js';

/** What the jobs of a client are made from. */
export interface JobsRequest {
  /** The options, with `model` filled in. */
  readonly options: EmbeddingClientOptions & { readonly model: string };
  readonly policy: Policy;
  readonly models: AnsweredModels;
  readonly backend: JobBackend;
}

/** The jobs of a client. Those that were left are gone on with at once. */
export function openJobs({ options, policy, models, backend }: JobsRequest): JobService {
  const service = new JobService({
    model: options.model,
    owner: nameOwner(options, policy),
    backend,
    checkParams: (params) => checkParams(params, models, { allowsMany: true }),
    checkCreate: checkCreateOptions,
    checkWait: checkWaitOptions,
    shape: collectJobOutput,
  });
  // Whoever asks for a job is told why storage failed; nobody has asked yet.
  service.goOn().catch(() => undefined);
  return service;
}

/** Options that change vectors, or where text may go: a client in which one differs doesn't go on with a job. */
function nameOwner(options: JobsRequest['options'], policy: Policy): string {
  const {
    model,
    revision = 'main',
    hub,
    file,
    output,
    maxTokens,
    pooling,
    sameAs,
    normalize,
    prompts,
    builtin,
    spaceName,
    fallback = [],
  } = options;
  // Under only-on-device no provider can have a part in it.
  const spaces = policy === 'only-on-device' ? [] : fallback.map(({ space }) => space);
  return JSON.stringify({
    ...{ model, revision, hub, file, output, maxTokens, pooling, builtin, policy, spaceName, spaces, sameAs },
    ...(normalize === false && { normalize }),
    ...(prompts && { prompts: Object.entries(prompts).sort() }),
  });
}
