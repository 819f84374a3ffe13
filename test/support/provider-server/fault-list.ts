/** The faults of a lane, each consumed by the requests it is for. */
import { createDice } from './vector.js';
import type { Fault } from './wire.js';

/** What a fault can be chosen by. */
export interface FaultQuery {
  readonly method: string;
  /** Behind the lane. */
  readonly path: string;
  readonly body: string;
  /** Whether the request makes a job. */
  readonly makesJob: boolean;
}

interface Entry {
  readonly fault: Fault;
  readonly roll: () => number;
  letThrough: number;
  left: number;
}

/** Faults in order; the first that matches takes the request. */
export class FaultList {
  #entries: Entry[] = [];

  /** Those that can still take a request. */
  get size(): number {
    return this.#entries.length;
  }

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#entries.push({
        fault,
        roll: createDice(fault.seed ?? 1),
        letThrough: fault.after ?? 0,
        left: fault.times === 'always' ? Infinity : (fault.times ?? 1),
      });
    }
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault that takes this request, one of its times used up. */
  take(query: FaultQuery): Fault | undefined {
    const taken = this.#entries.find((entry) => matches(entry.fault, query) && strikes(entry));
    if (!taken) return undefined;
    taken.left -= 1;
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    return taken.fault;
  }
}

function matches(fault: Fault, query: FaultQuery): boolean {
  if (fault.kind === 'job' && !query.makesJob) return false;
  if (fault.method !== undefined && fault.method !== query.method) return false;
  if (fault.path !== undefined && !query.path.includes(fault.path)) return false;
  return fault.text === undefined || query.body.includes(JSON.stringify(fault.text).slice(1, -1));
}

/** Whether chance and the number of requests to let through allow it. */
function strikes(entry: Entry): boolean {
  if (entry.letThrough > 0) {
    entry.letThrough -= 1;
    return false;
  }
  return entry.roll() < (entry.fault.probability ?? 1);
}
