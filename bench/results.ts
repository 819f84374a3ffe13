/** What a run finds out; plain data, written as it is to the file with every sample. */
import type { Facts } from './facts.js';
import type { EngineSpec } from './page/engine.js';
import type { LongTasks } from './page/long-tasks.js';
import type { RowId } from './rows.js';

/** What a row gave for one engine. */
export interface EngineSamples {
  readonly samplesMs: number[];
  /** Least cosine with the reference engine's vectors over all texts; absent where none were compared. */
  minCosine?: number;
}

/** What a row gave. */
export interface RowSamples {
  readonly id: RowId;
  readonly name: string;
  /** Tokens of one call on average, special tokens included, after truncation; absent where they weren't counted. */
  readonly tokensPerCall?: number;
  /** By engine id. */
  readonly engines: Record<string, EngineSamples>;
}

/** The rows of one kind of page. */
export interface Pass {
  readonly isIsolated: boolean;
  /** The engine whose time the others' are divided by. */
  readonly baseId: string;
  /** Those side by side. */
  readonly engines: readonly EngineSpec[];
  readonly rows: readonly RowSamples[];
}

/** Latencies of one query at a time at a steady pace, in milliseconds, and what that did to the page. */
export interface IndexingSamples {
  /** With nothing else running. */
  readonly idleMs: readonly number[];
  /** While `indexedTexts` abstracts were being indexed; queries overtake them. */
  readonly loadedMs: readonly number[];
  readonly indexedTexts: number;
  /** Abstracts that were done when the last query had been answered. */
  readonly indexedByEnd: number;
  /** Behind `firstComeTexts` abstracts, which queries don't overtake. */
  readonly firstComeMs: readonly number[];
  readonly firstComeTexts: number;
  /** While `loadedMs` was taken. */
  readonly longTasks: LongTasks;
}

/** The main thread during one whole call, its answer included. */
export interface WholeCallSamples {
  readonly texts: number;
  readonly longTasks: LongTasks;
}

/** What a page's process grows by when one worker starts and embeds: JavaScript, WASM memory, compiled code. */
export interface MemorySample {
  readonly id: string;
  readonly label: string;
  readonly bytes: number;
}

/** Everything a run found out. Rows that weren't asked for are absent. */
export interface Results {
  readonly facts: Facts;
  readonly passes: readonly Pass[];
  readonly indexing?: IndexingSamples;
  readonly wholeCall?: WholeCallSamples;
  readonly memory?: readonly MemorySample[];
  /** What is known from elsewhere, by the row's name. */
  readonly knownLimits: Readonly<Record<string, string>>;
  /** What the command line calls the model: its targets are found by it. */
  readonly modelName: string;
  /** Whether V8 was left to use VNNI, where the processor has it. */
  readonly hasVnni: boolean;
  /** Size of the model's weights as a file. */
  readonly weightsBytes: number;
}
