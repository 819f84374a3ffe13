/** Infinity, a server that anyone can run: the same models as in the page, at scale. */
import type { Provider } from '../../../contract/provider.js';
import type { ApiKey } from '../http/api-key.js';
import { urlBelow, withoutVersion } from '../http/base-url.js';
import { createProvider } from '../http/create-provider.js';
import type { ApiTools } from '../http/embedding-api.js';
import { createReplyError, type JsonReply } from '../http/http.js';
import { isRecord } from '../http/json.js';
import { createListApi } from './list-api.js';
import { readBatchLimits, readOptions, type BatchOptions, type ProviderOptions } from '../http/read-options.js';

/** The options of {@link infinity}. */
export interface InfinityOptions extends ProviderOptions, BatchOptions {
  /**
   * With or without `/v1` at its end. https: only, except on this machine; relative to the page when not absolute. The server
   * has to run with `--url-prefix /v1`.
   */
  readonly baseURL: string;
  /** A key, or a function that gives one; the function is asked before every HTTP request. Absent: none is sent. */
  readonly apiKey?: ApiKey;
  /** Inputs of one HTTP request. @default 32, Infinity's own `--batch-size` */
  readonly maxInputs?: number;
}

/**
 * Infinity. Texts go to `/v1/embeddings`, and `/v1/models` tells how full its queue is; token ids are refused. It has no tasks.
 *
 * @throws BadRequestError when an option is unknown, missing or impossible, with its name in `param`.
 */
export function infinity(options: InfinityOptions): Provider {
  const given = readOptions(options, {
    id: 'infinity',
    name: 'infinity',
    others: { maxInputs: true, maxBatchTokens: true },
    requiresKey: false,
  });
  const settings = { ...given, baseUrl: withoutVersion(given.baseUrl) };
  const { baseUrl, model } = settings;
  const api = createListApi({
    url: urlBelow(baseUrl, '/v1/embeddings'),
    model,
    limits: readBatchLimits(options, 32),
    takesTokens: false,
    encodingFormat: 'base64',
  });
  const load = (tools: ApiTools): Promise<number> => askLoad(urlBelow(baseUrl, '/v1/models'), model, tools);
  return createProvider({ ...api, load }, settings);
}

async function askLoad(url: string, model: string, { http, call, host }: ApiTools): Promise<number> {
  const reply = await http.send({ url }, call);
  const fraction = findQueueFraction(reply, model);
  if (fraction === undefined) throw createReplyError(host, `'stats.queue_fraction' of the model '${model}'`, reply);
  return Math.min(Math.max(fraction, 0), 1);
}

function findQueueFraction({ body }: JsonReply, model: string): number | undefined {
  const data = isRecord(body) ? body['data'] : undefined;
  if (!Array.isArray(data)) return undefined;
  const entry = data.filter(isRecord).find(({ id }) => id === model);
  const fraction = isRecord(entry?.['stats']) ? entry['stats']['queue_fraction'] : undefined;
  return typeof fraction === 'number' && Number.isFinite(fraction) ? fraction : undefined;
}
