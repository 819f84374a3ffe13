/**
 * What an engine worker offers to the page. Types only: neither side imports the other's code.
 *
 * Methods never throw across: they answer an {@link Outcome}, because Comlink loses an error's class and fields.
 */
import type { Device, Dtype, Pooling, PromptSet, Task, Truncate } from '../api/vocabulary.js';
import type { DeviceProof } from './device-verdict.js';
import type { ModelContent } from './model-content.js';
import type { ErrorRecord } from './error-record.js';
import type { Outcome } from './outcome.js';

/** What one worker can do. Its life: `load` once, then `embed` and `countTokens` any number of times. After a failure it is thrown away. */
export interface EngineWorkerApi<Urls = RuntimeUrls> {
  /**
   * Fetches the model's files, checks them and starts the runtime. `onProgress` is called per piece of download, `onLost`
   * at most once, at any later time, when the device is gone and this worker with it.
   */
  load(
    request: LoadRequest<Urls>,
    onProgress: (progress: LoadProgress) => void,
    onLost: (reason: string) => void,
  ): Promise<Outcome<LoadedModel>>;
  /** Embeds a micro-batch, in order. A text that can't be embedded is listed in `rejected`; the others are answered. */
  embed(request: EmbedBatch): Promise<Outcome<EmbeddedBatch>>;
  /** Counts tokens exactly as `embed` does, without running the model. */
  countTokens(request: CountRequest): Promise<Outcome<TokenCounts>>;
  /** Lists tokens exactly as `embed` makes and cuts them, without running the model. */
  listTokens(request: CountRequest): Promise<Outcome<TokenLists>>;
}

/** Where a model's files come from. */
export type ModelSource =
  | HubSource
  /** The model that comes with this package: path → absolute URL of its large files. */
  | { readonly bundledUrls: Readonly<Record<string, string>> };

/** A hub, or a server with files in its layout. */
export interface HubSource {
  /** With a slash at its end. A file is at `${hubUrl}${model}/resolve/${revision}/${path}`. */
  readonly hubUrl: string;
  readonly revision: string;
  readonly access: HubAccess;
}

/** What goes with every request to a hub. */
export interface HubAccess {
  /** Sent to the hub's own origin alone. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether cookies go along. Absent: to the page's own origin alone. */
  readonly credentials?: RequestCredentials;
}

/** What the app decided of a model's use. */
export interface ChosenRecipe {
  /** For a model whose files don't say. */
  readonly pooling?: Exclude<Pooling, 'model'>;
  /** False: vectors stay as long as the model makes them. @default true */
  readonly normalize?: boolean;
  /** Tokens that count, special tokens included. */
  readonly maxTokens?: number;
  /** Wins over the model's own, task by task. */
  readonly prompts?: PromptSet;
}

/** How long vectors are: one, one before they were cut, or as the model makes them. */
export type Scale = 'unit' | 'unit-uncut' | 'none';

/** What a worker takes in memory. */
export interface WorkerCost {
  /** Besides the model. */
  readonly bytes: number;
  /** For each byte of the model's files. */
  readonly perModelByte: number;
}

/** What bounds the weights a device can take. */
export interface DeviceRoom {
  readonly cost: WorkerCost;
  /** The device's memory, where the browser tells it. */
  readonly memoryBytes?: number;
}

/** File → absolute URL: a runtime's own files. Each worker's script knows one runtime, and which these are. */
export type RuntimeUrls = Readonly<Record<string, string>>;

/** Everything a worker needs to load one model on one device. */
export interface LoadRequest<Urls = RuntimeUrls> {
  readonly model: string;
  readonly device: Device;
  /** Threads on WASM. Absent: the runtime's own choice, which is one unless the page is cross-origin isolated. */
  readonly threads?: number;
  readonly source: ModelSource;
  /** Candidates, best first: the first one whose file exists is loaded. */
  readonly dtypes: readonly Dtype[];
  /** This file of the model instead, whatever its name says. */
  readonly file?: string;
  /** The output of the graph to take, where the app names one. */
  readonly output?: string;
  /** What the model was made of when it was first loaded; whatever differs is refused. */
  readonly expected?: ModelContent;
  readonly runtimeUrls: Urls;
  /** The subject a runtime that proves itself has been proved for: with any other it compares its vectors with those of the graph as it stands. */
  readonly proved?: string;
  /** The name the model is known by, whichever copy of it is loaded; its own id when it isn't known. */
  readonly canonicalName: string;
  readonly room: DeviceRoom;
  /** What the app decided. */
  readonly chosen: ChosenRecipe;
  /** True asks the network anew, after files from the HTTP cache turned out bad. */
  readonly bypassHttpCache: boolean;
}

/** How far loading is. Bytes count what has arrived of all files together. */
export interface LoadProgress {
  readonly phase: 'download' | 'start';
  readonly loadedBytes: number;
  /** Absent until every file has announced its size. */
  readonly totalBytes?: number;
}

/** What a worker knows once its model is loaded. */
export interface LoadedModel {
  readonly dtype: Dtype;
  /** Width of a vector. */
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly vocabularySize: number;
  /** In a word: equal for equal ways from token vectors to one vector. */
  readonly pooling: string;
  readonly scale: Scale;
  readonly prompts: PromptSet;
  /** What it is made of; absent for the bundled model, whose content the build knows. */
  readonly content?: ModelContent;
  /** What a proof of its vectors holds for: equal for the same output of the same weights. */
  readonly subject: string;
  /** How the vectors compare with what they should be, where the worker was asked to find out. */
  readonly proof?: DeviceProof;
}

/** One text or token array to embed. */
export interface EmbedItem {
  readonly content: string | readonly number[];
  /** Picks the prompt that is put before a text; not before tokens. */
  readonly task?: Task;
  readonly truncate: Truncate;
}

/** One micro-batch. */
export interface EmbedBatch {
  readonly items: readonly EmbedItem[];
}

/** Texts whose tokens are to be counted. */
export interface CountRequest {
  readonly texts: readonly string[];
  /** Picks the prompt that is put before each text and counted with it. */
  readonly task?: Task;
}

/** How many tokens texts have for a model. */
export interface TokenCounts {
  /** Per text, with prompt and special tokens. Of a text that is far over the limit only so much is counted as shows that. */
  readonly counts: Uint32Array;
  /** What every text has of them: the prompt's and the special tokens. */
  readonly frame: number;
  /** The model's limit, over which a text is cut. */
  readonly maxTokens: number;
}

/** Texts' tokens, those of all texts one behind the other. */
export interface TokenLists {
  /** With special tokens and the prompt's, cut to the model's limit. */
  readonly ids: Uint32Array;
  /** Where each begins and ends in its text, in UTF-16 units, two numbers a token. Those that aren't the text's own have none. */
  readonly ranges: Uint32Array;
  /** Tokens per text. */
  readonly counts: Uint32Array;
  /** 1 where a text was cut. */
  readonly truncated: Uint8Array;
}

/** A micro-batch's answers. Every buffer is transferred: the worker keeps none of it. */
export interface EmbeddedBatch {
  /** `[items, dimensions]`, row-major, float32; rows of rejected items are zero. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** Tokens embedded per item, special tokens included, after truncation. */
  readonly tokenCounts: Uint32Array<ArrayBuffer>;
  /** 1 where an item was cut. */
  readonly truncated: Uint8Array<ArrayBuffer>;
  /** Tokens of an item's own text, after truncation: without special tokens, blanks and those of the prompt. */
  readonly contentTokens: Uint32Array<ArrayBuffer>;
  /** How many of them stand for something that the model's vocabulary lacks. */
  readonly unknownTokens: Uint32Array<ArrayBuffer>;
  /** Items that can't be embedded, by their index. */
  readonly rejected: readonly { readonly index: number; readonly error: ErrorRecord }[];
}
