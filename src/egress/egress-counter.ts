/** Counts what leaves the device. */
import type { EgressCount, EgressEvent, EgressReport } from '../api/egress.js';

/** Counts by host, and tells of each request. */
export class EgressCounter {
  readonly #hosts = new Map<string, EgressCount>();
  readonly #onSend: (event: EgressEvent) => void;

  constructor(onSend: (event: EgressEvent) => void) {
    this.#onSend = onSend;
  }

  /** Takes in a request that is about to go. */
  count(event: EgressEvent): void {
    const { host, texts, bytes } = event;
    this.#hosts.set(host, add(this.#hosts.get(host), { requests: 1, texts, bytes }));
    this.#onSend(event);
  }

  /** What has left so far. */
  get report(): EgressReport {
    const total = [...this.#hosts.values()].reduce((sum, one) => add(sum, one), NOTHING);
    return { ...total, hosts: Object.fromEntries(this.#hosts) };
  }
}

const NOTHING: EgressCount = { requests: 0, texts: 0, bytes: 0 };

function add(a: EgressCount = NOTHING, b: EgressCount): EgressCount {
  return { requests: a.requests + b.requests, texts: a.texts + b.texts, bytes: a.bytes + b.bytes };
}
