/** Makes the provider that an app names from an API and its settings. */
import type { Provider, ProviderContext, ProviderJobs, ProviderTarget } from '../../../contract/provider.js';
import type { EmbeddingApi, JobApi } from './embedding-api.js';
import { PLATFORM, type Platform } from './platform.js';
import type { ProviderSettings } from './read-options.js';
import { Connection } from './connection.js';

/** A provider that answers by `api`. Nothing is sent and nothing held before it is connected. */
export function createProvider(api: EmbeddingApi, settings: ProviderSettings, platform: Platform = PLATFORM): Provider {
  const { id, model, sameModel, dtype, baseUrl } = settings;
  const path = baseUrl.pathname === '/' ? '' : baseUrl.pathname;
  return {
    id,
    host: baseUrl.host,
    model,
    sameModel,
    maxInputs: api.limits.maxInputs,
    ...(dtype !== undefined && { dtype }),
    space: settings.space ?? `${model}@${baseUrl.host}${path};provider=${id}`,
    connect: (context) => connect(api, settings, context, platform),
  };
}

function connect(
  api: EmbeddingApi,
  settings: ProviderSettings,
  context: ProviderContext,
  platform: Platform,
): ProviderTarget {
  const target = new Connection(api, settings, context, platform);
  const { load } = api;
  return {
    embed: (request, options) => target.embed(request, options),
    ...(load && { load: (signal: AbortSignal) => target.run(signal, load) }),
    ...(api.jobs && { jobs: connectJobs(api, api.jobs, target) }),
    dispose: () => {
      target.dispose();
    },
  };
}

function connectJobs(api: EmbeddingApi, jobs: JobApi, target: Connection): ProviderJobs {
  return {
    submit: async (request, { signal }) => {
      api.check(request);
      return target.run(signal, (tools) => jobs.submit(request, tools));
    },
    status: (requestId, { signal }) => target.run(signal, (tools) => jobs.status(requestId, tools)),
    result: (requestId, request, { signal }) => target.run(signal, (tools) => jobs.result(requestId, request, tools)),
  };
}
