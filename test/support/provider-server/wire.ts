/** What tests say to the provider server, and what it tells them. No imports, so that pages can use it. */

/** The key every lane takes, by bearer token or `x-api-key`. */
export const LANE_KEY = 'sk-lane-5f0c1e7a9b3d';

/** Which requests a fault is for. The first fault in the list that matches takes the request. */
export interface FaultScope {
  /** The path behind the lane has to hold this. */
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
  /** The body has to hold this as JSON. */
  readonly text?: string;
  /** Requests that match and yet are let through first. @default 0 */
  readonly after?: number;
  /** How many requests it takes. @default 1 */
  readonly times?: number | 'always';
  /** The chance that it takes a request that matches, from 0 to 1. @default 1 */
  readonly probability?: number;
  /** Repeats the same chances. @default 1 */
  readonly seed?: number;
}

/** The forms in which servers explain an error. The `echo` forms quote the request's texts and key. */
export type ErrorShape =
  | 'openai'
  | 'fastapi'
  | 'fastapi-list'
  | 'segmind'
  | 'message'
  | 'text'
  | 'html'
  | 'empty'
  | 'echo'
  | 'echo-text'
  | 'echo-part';

/** How far an answer gets before it breaks off or stops: no byte, its headers, half of its body. */
export type Progress = 'nothing' | 'head' | 'half';

/** What can be wrong with the rows of an answer. */
export type RowChange =
  | 'reversed'
  | 'missing'
  | 'extra'
  | 'duplicate-index'
  | 'index-too-large'
  | 'no-index'
  | 'null-index'
  | 'some-index'
  | 'nan'
  | 'null'
  | 'infinite'
  | 'too-large'
  | 'string'
  | 'zero'
  | 'wrong-width'
  | 'ragged'
  | 'empty';

/** An answer with an HTTP status. */
export interface StatusFault {
  readonly kind: 'status';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 'openai' */
  readonly shape?: ErrorShape;
  /** @default a few words that name the status */
  readonly message?: string;
  /** Adds `retry-after` with the date so many milliseconds from then. */
  readonly retryAfterDateMs?: number;
  /** False leaves out what lets a page of another origin read the answer. @default true */
  readonly cors?: boolean;
}

/** An answer with any body. */
export interface BodyFault {
  readonly kind: 'body';
  readonly body: string;
  /** @default 200 */
  readonly status?: number;
  /** @default 'application/json' */
  readonly contentType?: string;
}

/** How a job made by this request goes on. Takes only requests that make a job. */
export interface JobFault {
  readonly kind: 'job';
  /** @default 202 */
  readonly submitStatus?: number;
  /** Polls answered with QUEUED. @default 1 */
  readonly queuedPolls?: number;
  /** Polls answered with PROCESSING. @default 1 */
  readonly processingPolls?: number;
  /** @default 'COMPLETED' */
  readonly ends?: 'COMPLETED' | 'FAILED';
  /** Why it failed. @default 'content blocked' */
  readonly detail?: string;
  /** The status of the poll that tells of a failure; the result has 422 anyway. @default 422 */
  readonly failedPollStatus?: number;
  /** Polls and results that are answered before it is forgotten. @default never */
  readonly expiresAfter?: number;
  /** Whether `status_url` and `response_url` name another origin. @default false */
  readonly foreignUrls?: boolean;
  /** What is wrong with the result. */
  readonly change?: RowChange;
}

/** What goes wrong. */
export type FaultKind =
  | StatusFault
  | BodyFault
  | JobFault
  /** Never ends the answer, or closes the socket. Closed before its head, a browser may try again by itself. */
  | { readonly kind: 'hang' | 'cut'; readonly at?: Progress }
  /** Answers rightly, but `ms` later: the whole, or what comes behind the head. */
  | { readonly kind: 'slow'; readonly ms: number; readonly part?: 'all' | 'body' }
  /** Encodes vectors in this way, whatever was asked for. */
  /** Answers with spaces, 64 MB of them unless the client leaves; with `gzip` a few kilobytes on the wire. */
  | { readonly kind: 'endless'; readonly status?: number; readonly gzip?: boolean }
  | { readonly kind: 'encoding'; readonly as: 'float' | 'base64' }
  | { readonly kind: 'rows'; readonly change: RowChange }
  /** The right answer under another content type. */
  | { readonly kind: 'content-type'; readonly as: string }
  /** A page with status 200. */
  | { readonly kind: 'html' }
  /** Sends the client to the same path of another origin, where it would be answered. */
  | { readonly kind: 'redirect'; readonly status?: 301 | 302 | 303 | 307 | 308 };

/** One scripted fault. */
export type Fault = FaultScope & FaultKind;

/** The forms Segmind's undocumented answer can have. */
export type SegmindShape = 'openai' | 'embedding' | 'values' | 'array' | 'nested-array';

/** How a lane answers when nothing is wrong. */
export interface LaneSettings {
  /** The width of vectors when the request doesn't say. @default 8 */
  readonly width: number;
  /** Whether requests without the right key get 401. @default true */
  readonly needsKey: boolean;
  /** The models that `GET /v1/models` lists. */
  readonly models: readonly string[];
  /** The `stats.queue_fraction` of each. @default 0 */
  readonly queueFraction: number;
  /** @default 'openai' */
  readonly segmindShape: SegmindShape;
}

/** One request that reached a lane. */
export interface LoggedRequest {
  readonly method: string;
  /** Behind the lane, with its query. */
  readonly path: string;
  /** Names of its headers, in lower case. */
  readonly headers: readonly string[];
  /** Whether it had the lane's key where this API looks for it. */
  readonly keyMatches: boolean;
  /** Parsed; text when it isn't JSON; null when there is none. */
  readonly body: unknown;
  readonly texts: number;
  /** What the answer's `x-request-id` says. */
  readonly requestId: string;
  /** The fault that took it. */
  readonly fault?: FaultKind['kind'];
  /** Whether its answer is under way, was sent, was broken off as scripted, or found nobody. */
  readonly outcome: 'pending' | 'answered' | 'cut' | 'client-left';
}

/** Everything a lane has seen. */
export interface LaneLog {
  /** In the order they came; preflights left out. */
  readonly requests: readonly LoggedRequest[];
  /** Preflights of browsers. */
  readonly preflights: number;
  /** Requests and preflights that reached the other origin. It must stay 0. */
  readonly redirected: number;
  /** Faults that haven't taken all their requests yet. */
  readonly faultsLeft: number;
}

/** A part of the server that no other test shares. */
export interface Lane {
  /** The base URL, without a slash at the end; `/v1/…`, `/v2/…` and `/api/v3/…` follow. */
  readonly url: string;
  /** Adds faults behind those there are, and changes settings. */
  script(faults: readonly Fault[], settings?: Partial<LaneSettings>): Promise<void>;
  log(): Promise<LaneLog>;
  /** Forgets faults, settings, jobs and the log. */
  reset(): Promise<void>;
}
