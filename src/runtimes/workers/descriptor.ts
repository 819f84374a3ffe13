/** What a page needs of a runtime to start workers on it. Types only. */
import type { Device } from '../../api/vocabulary.js';
import type { WorkerCost } from '../../ports/worker-api.js';

/** The file's absolute URL: below `assetsUrl`, or where the bundler has put what `besideEntry` names. */
export type Locate = (path: string, besideEntry: () => URL) => string;

/** Absolute URLs of what a worker is started with. */
export interface WorkerFiles<Urls = Readonly<Record<string, string>>> {
  readonly workerUrl: string;
  /** The runtime's own files, for its worker to fetch. */
  readonly runtimeUrls: Urls;
}

/** One runtime's workers. */
export interface RuntimeWorkers {
  /**
   * Where its files are.
   *
   * Each `new URL('…', import.meta.url)` in it is written out and relative to the built entry: a bundler copies the file it
   * names and puts the copy's address there. It is evaluated only without `assetsUrl`: in a classic script, which esbuild
   * makes unless told otherwise, there is no `import.meta.url`.
   */
  readonly locate: (device: Device, locate: Locate) => WorkerFiles;
  /** The memory one worker takes. */
  readonly cost: WorkerCost;
  /** Starting a worker takes less than this: another one pays when the work that waits takes longer, in milliseconds. */
  readonly minWaitMs: number;
  /** The most threads a worker uses on a page that shares memory, by device. Absent: one. */
  readonly maxThreads?: Readonly<Partial<Record<Device, number>>>;
  /** The device whose vectors must agree with those of the same script on WASM before they are believed. */
  readonly comparedOn?: Device;
  /** Given where the worker compares its vectors with the model's graph by itself: what is said when they are wrong. */
  readonly disproof?: string;
  /** Whether any model may be given to it, so that none is left to another runtime. */
  readonly takesAnyModel: boolean;
}
