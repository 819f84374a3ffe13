/** What one lane remembers: faults, settings, jobs, log. */
import { FaultList } from './fault-list.js';
import { JobTable } from './jobs.js';
import { DEFAULT_WIDTH } from './vector.js';
import type { Fault, LaneLog, LaneSettings, LoggedRequest } from './wire.js';

const DEFAULTS: LaneSettings = {
  width: DEFAULT_WIDTH,
  needsKey: true,
  models: ['Qwen2-Embedding-48', 'text-embedding-3-large'],
  queueFraction: 0,
  segmindShape: 'openai',
};

/** A log entry while its request is under way. */
export type OpenEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** The state of one lane. */
export class LaneState {
  readonly faults: FaultList = new FaultList();
  readonly jobs: JobTable = new JobTable();
  settings: LaneSettings = DEFAULTS;
  preflights = 0;
  #requests: OpenEntry[] = [];
  #lastId = 0;

  script(faults: readonly Fault[], settings: Partial<LaneSettings> = {}): void {
    this.faults.add(faults);
    this.settings = { ...this.settings, ...settings };
  }

  /** Ids go on counting after a reset, so that none comes twice. */
  nextRequestId(): string {
    this.#lastId += 1;
    return `req_${String(this.#lastId)}`;
  }

  record(entry: OpenEntry): void {
    this.#requests.push(entry);
  }

  /** A copy that later requests don't change. */
  log(redirected: number): LaneLog {
    return {
      requests: structuredClone(this.#requests),
      preflights: this.preflights,
      redirected,
      faultsLeft: this.faults.size,
    };
  }

  /** Everything that came, preflights included. */
  get arrivals(): number {
    return this.#requests.length + this.preflights;
  }

  reset(): void {
    this.faults.clear();
    this.jobs.clear();
    this.settings = DEFAULTS;
    this.preflights = 0;
    this.#requests = [];
  }
}
