/** What the benchmark compares: the interface every engine implements, and the plain data that describes one. */
import type { EmbeddingClientOptions } from 'inpage-embeddings';

/** Where the library's files are served as to a browser that refuses relaxed SIMD. */
export const PLAIN_ASSETS_PATH = '/plain-assets/';

/** Something that turns texts into vectors, started inside the page. */
export interface Engine {
  /** Resolves when the engine can answer. */
  start(): Promise<void>;
  /** One vector of unit length per text, in the order of the texts. */
  embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
  /** Tokens of each text, special tokens included, after truncation. Only engines that show them have it. */
  countTokens?(texts: readonly string[]): Promise<readonly number[]>;
  /** Ends the engine's workers. */
  dispose(): void;
}

/** A model as both sides load it. */
export interface ModelSetup {
  readonly id: string;
  readonly dtype: 'q8';
  /** `${hub}/${id}/resolve/main/${file}`; a path on the benchmark's own origin. */
  readonly hub: string;
  /** Whether the model comes with the library, which then finds it without a hub. */
  readonly isBundled: boolean;
  /** Tokens of a text that count, where the two sides would cut elsewhere on their own. */
  readonly maxTokens?: number;
  /** Whether the graph gives `sentence_embedding`, which transformers.js's pipeline doesn't read. */
  readonly poolsItself: boolean;
}

/** This library, on its defaults but for the options given. */
export interface LibrarySpec {
  readonly kind: 'library';
  readonly id: string;
  readonly label: string;
  readonly options?: EmbeddingClientOptions;
}

/** Plain transformers.js on its defaults but for the threads given, in a worker of its own. */
export interface TransformersSpec {
  readonly kind: 'transformers';
  readonly id: string;
  readonly label: string;
  /** Texts per call of the pipeline. */
  readonly batchSize: number;
  /** Threads of ONNX Runtime; only a cross-origin isolated page can have several. @default ONNX Runtime's own choice */
  readonly threads?: number;
}

/** Describes an engine; plain data, since it travels from Node into the page. */
export type EngineSpec = LibrarySpec | TransformersSpec;
