/** The options of an `EmbeddingClient`. Types only. */
import type { Dtype, Pooling } from './vocabulary.js';

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
  /** Number format of the weights. `auto` takes q8, or fp32 where the hub has no q8. @default 'auto' */
  readonly dtype?: Dtype | 'auto';
  /** @default 'auto' */
  readonly device?: 'auto' | 'wasm';
  /** @default 'auto' */
  readonly runtime?: 'auto' | 'onnxruntime';
  /**
   * Files come from `${hub}/${model}/resolve/${revision}/${file}`. Relative to the page when not absolute.
   *
   * @default 'https://huggingface.co', asked only for models that aren't bundled
   */
  readonly hub?: string;
  /** Tokens of a text that count, special tokens included. @default the model's own limit */
  readonly maxTokens?: number;
  /**
   * How many engine workers may run at once. One always does; more start while much work waits, and are let go after it.
   *
   * @default 'auto': as many as the device's cores and memory allow
   */
  readonly workers?: number | 'auto';
  /** How token vectors become one vector, for a model whose files don't say. @default what the model's files say */
  readonly pooling?: Exclude<Pooling, 'model'>;
  /** Whether text may leave the device. In this version it can't. @default 'only-on-device' */
  readonly policy?: 'only-on-device';
  /**
   * Where the files of this package's `dist/assets` folder are served, for bundlers that don't follow
   * `new URL(…, import.meta.url)`. Must be of the page's origin. Relative to the page when not absolute.
   *
   * @default beside the script that holds this library
   */
  readonly assetsUrl?: string;
}
