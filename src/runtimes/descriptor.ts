/** What a page knows of a runtime before it starts one: what plans, checks and reasons follow from. Types only. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Device, Dtype, RuntimeName } from '../api/vocabulary.js';

/** What the app said of how its model is to run. */
export type RuntimeChoice = Pick<EmbeddingClientOptions, 'dtype' | 'device' | 'runtime' | 'model' | 'sameAs'>;

/** One runtime. What its workers need stands in `workers/`, which is loaded with the engine. */
export interface RuntimeDescriptor {
  readonly name: RuntimeName;
  /** The parts of a device it runs on. */
  readonly devices: readonly Device[];
  /** Number formats whose weights it doesn't read. */
  readonly lacks: readonly (Dtype | 'auto')[];
  /** What `devices` and `lacks` come to, in one sentence; empty where every device and format is there. */
  readonly terms: string;
  /** What its targets' ids have after their device: nothing, or a slash and a word. */
  readonly idEnd: string;
  /**
   * The name under which findings are kept, without a slash: another one for whatever may compute otherwise. On a GPU it
   * begins with the device.
   *
   * @param gpu - the adapter in words.
   */
  readonly nameFindings: (device: Device, gpu: string) => string;
  /** Why it is planned on WASM, in one sentence. */
  readonly explain: (choice: RuntimeChoice) => string;
  /** What speaks against it, in one sentence: its formats, and where the app leaves the runtime to the plan, what suits others. */
  readonly findObstacle?: (choice: RuntimeChoice) => string | undefined;
  /** What is said where it is known to give wrong vectors on WASM. */
  readonly disproof?: string;
}
