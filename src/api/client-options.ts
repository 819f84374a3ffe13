/** The options of an `EmbeddingClient`. Types only. */
import type { Provider } from '../contract/provider.js';
import type { EgressAnswer, EgressRequest } from './egress.js';
import type { Builtin, Device, Dtype, Policy, Pooling, RuntimeName, Task } from './vocabulary.js';

/** Headers for a hub, names to values, or a function that gives them. */
export type HubHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** The options of an `EmbeddingClient`. Unknown options and values are refused by name. */
export interface EmbeddingClientOptions {
  /**
   * The bundled model, or a model of the hub such as `Xenova/all-MiniLM-L6-v2`.
   *
   * @default 'universal-sentence-encoder-lite', which comes with this package and needs no other server
   */
  readonly model?: string;
  /** A branch, tag or commit of the hub. @default 'main' */
  readonly revision?: string;
  /**
   * Number format of the weights. `auto` takes q8 on WASM, or fp32 where the hub has no q8; on WebGPU fp16 where the device
   * computes with it, else fp32.
   *
   * @default 'auto'
   */
  readonly dtype?: Dtype | 'auto';
  /**
   * Where to compute. `auto` begins on WASM and, once there is much to embed, compares it with WebGPU on this device,
   * keeps the faster one and remembers it. A GPU is used only if its vectors agree with WASM's.
   *
   * @default 'auto'
   */
  readonly device?: Device | 'auto';
  /**
   * What runs the model. `kernel` is this library's own WASM code: several times as fast as ONNX Runtime on WASM and
   * started at once, but for BERT-like models only, computed in 8 bits. `auto` takes it for the models it knows, unless the
   * app asks for full precision by `dtype`, and ONNX Runtime for all others. Vectors of both are of one space. With `kernel`
   * fp32 and fp16 weights are turned into 8 bits when they are loaded, which with `normalize: false` shows in the vectors'
   * lengths, and other models are refused.
   *
   * @default 'auto'
   */
  readonly runtime?: RuntimeName | 'auto';
  /**
   * Whether Chrome's proposed `SemanticEmbedder` answers, where the browser has it. It needs no download of this page's, and its
   * vectors are of a space of its own: the first answer decides which space the client is bound to, also for later visits
   * with `spaceName`, and a target of the other one is ruled out from then on. `prefer` asks it before the client's model, as
   * long as the browser has its model already; `only` never loads the client's model, and lets the browser download its own.
   *
   * @default 'never'
   */
  readonly builtin?: Builtin;
  /**
   * Files come from `${hub}/${model}/resolve/${revision}/${file}`. Relative to the page when not absolute.
   *
   * @default 'https://huggingface.co', asked only for models that aren't bundled
   */
  readonly hub?: string;
  /**
   * Sent with every request for a model's file, as for gated and private models: `{ authorization: 'Bearer …' }`, or a function
   * that gives them, which is asked before each load, and once more when the hub answers 401. They go to the hub's own origin
   * alone; with any header but `authorization` the hub must not redirect.
   *
   * @default none
   */
  readonly hubHeaders?: HubHeaders;
  /** Whether cookies go with requests for a model's files. @default 'same-origin': only to the page's own origin */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /**
   * The file of the repository to load as weights, whatever its name says, such as `onnx/model_O2.onnx`.
   * Vectors of a file that isn't `onnx/model.onnx` in some number format are of a space of their own.
   *
   * @default the file that transformers.js would take for `dtype`
   */
  readonly file?: string;
  /**
   * The output of the model's graph to take: of rank 2 a vector a text, of rank 3 a vector a token.
   *
   * @default the one that can only be meant, such as `sentence_embedding` or `last_hidden_state`
   */
  readonly output?: string;
  /** Tokens of a text that count, special tokens included. @default the model's own limit */
  readonly maxTokens?: number;
  /**
   * How many engine workers may run at once on WASM. One always does; more start while much work waits, and are let go after
   * it. With `auto`, a page that is cross-origin isolated compares them with one worker of several threads.
   *
   * A number is taken as it is, up to the cores.
   *
   * @default 'auto': as many as the device's cores and `capabilities().workersMemoryBytes` allow
   */
  readonly workers?: number | 'auto';
  /**
   * Ends every worker after so many milliseconds without work, which gives its memory back; the next call starts another.
   *
   * @default the first worker stays, others go after 60,000
   */
  readonly idleTimeoutMs?: number;
  /** How often an input is tried again when a worker fails over it, before its call rejects. @default 2 */
  readonly maxRetries?: number;
  /**
   * How token vectors become one vector, for a model whose files don't say; refused where they say something else.
   *
   * @default what the model's files say
   */
  readonly pooling?: Exclude<Pooling, 'model'>;
  /**
   * The id of a known model that these files are, such as `BAAI/bge-small-en-v1.5`: its prompts, pooling, limits and widths
   * count where the files say nothing, and vectors are of its space.
   *
   * @default what is known of `model`, by its id
   */
  readonly sameAs?: string;
  /**
   * Texts put before inputs, by task; each wins over the model's own, and an empty one means none. Part of the space. Providers
   * of other models aren't sent them.
   *
   * @default the model's own
   */
  readonly prompts?: Readonly<Partial<Record<Task, string>>>;
  /**
   * Whether vectors have unit length, also those that are cut. With `false` they stay as the model, or the provider, leaves them:
   * of a space of their own, to be compared by cosine. Their lengths are no exact numbers: where the kernel makes bytes of fp32
   * weights, they differ from ONNX Runtime's by some 0.4 %.
   *
   * @default true
   */
  readonly normalize?: boolean;
  /** Remote providers that may answer, in order; made by the functions of `inpage-embeddings/providers`. @default none */
  readonly fallback?: readonly Provider[];
  /** Whether text may leave the device. @default 'only-on-device' without `fallback`, else 'prefer-on-device' */
  readonly policy?: Policy;
  /**
   * Asked before the first byte of a call's text leaves the device. It may show a dialog and take its time; the call waits.
   *
   * @default naming a provider in `fallback` is consent
   */
  readonly onEgress?: (request: EgressRequest) => EgressAnswer | Promise<EgressAnswer>;
  /**
   * The name under which this origin remembers the space its stored vectors are of. The first answer decides; a target of
   * another space is refused from then on, also after a reload, until `client.forgetSpace()`. Where storage is blocked or full
   * the event `warning` says so, and the space binds this client only.
   *
   * @default each client is bound by its own first answer
   */
  readonly spaceName?: string;
  /**
   * Tokens a second this device must embed. Measured before the first answer, once for each device and model, with a few
   * texts; a device that misses it doesn't answer.
   *
   * @default no limit
   */
  readonly minimumSpeed?: number;
  /**
   * Where the files of this package's `dist/assets` folder are served, for bundlers that don't follow
   * `new URL(…, import.meta.url)`. Must be of the page's origin. Relative to the page when not absolute.
   *
   * @default beside the script that holds this library
   */
  readonly assetsUrl?: string;
}
