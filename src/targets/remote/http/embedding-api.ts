/** What tells one kind of API from another. Everything else, from retries to checks, is the same for all. Types only. */
import type { ProviderJobResult, ProviderJobStatus, ProviderRequest } from '../../../contract/provider.js';
import type { CheckedRows } from './check-rows.js';
import type { Http, HttpCall } from './http.js';
import type { Platform } from './platform.js';
import type { BatchLimits, Input } from './split-batches.js';

/** One kind of API at one address. It holds no state. */
export interface EmbeddingApi {
  readonly limits: BatchLimits;
  /** The header that carries the key. */
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>;
  /** Refuses what the API can't do, before anything is sent. @throws BadRequestError `unsupported_parameter` */
  check(request: ProviderRequest): void;
  /** The vectors of some of the request's inputs. */
  embedBatch(inputs: readonly Input[], request: ProviderRequest, tools: ApiTools): Promise<BatchRows>;
  /** How full its queue is, 0 to 1. */
  readonly load?: (tools: ApiTools) => Promise<number>;
  readonly jobs?: JobApi;
}

/** Work that goes on without this page. */
export interface JobApi {
  submit(request: ProviderRequest, tools: ApiTools): Promise<string>;
  status(requestId: string, tools: ApiTools): Promise<ProviderJobStatus>;
  result(requestId: string, request: ProviderRequest, tools: ApiTools): Promise<ProviderJobResult>;
}

/** What an API works with during one call. */
export interface ApiTools {
  readonly host: string;
  readonly http: Http;
  readonly call: HttpCall;
  readonly platform: Platform;
}

/** Checked rows of one batch. */
export interface BatchRows extends CheckedRows {
  /** Tokens of all its inputs, where the server tells. */
  readonly totalTokens?: number;
}
