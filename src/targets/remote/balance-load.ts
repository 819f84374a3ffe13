/** Among equal providers the one with the least to do comes first. */
import type { Provider } from '../../contract/provider.js';
import { waitUnder } from '../../util/deadline.js';
import type { PlannedTarget } from '../../plan/plan.js';

/** How long a known queue counts as known. */
const LOAD_KNOWN_MS = 2_000;
/** Inputs that fill an Infinity server's queue. Source: Infinity's `INFINITY_QUEUE_SIZE`, 32,000 unless it is set. */
const QUEUE_INPUTS = 32_000;

/** Answers from the first of some targets that can. */
export type Answer<T> = (targets: readonly PlannedTarget[]) => Promise<T>;

/** What is to be answered. */
export interface BalancedCall {
  readonly inputs: number;
  readonly signal: AbortSignal;
  /** The provider behind a target. */
  readonly find: (id: string) => Provider | undefined;
}

/** What a server said of its queue. */
interface KnownLoad {
  readonly value: Promise<number>;
  readonly until: number;
  /** Of this client's inputs, how many it had then. */
  readonly outstanding: number;
}

/** Shares calls out among Infinity servers that follow one another in the plan. */
export class LoadBalancer {
  readonly #connect: (id: string) => { load(): Promise<number> };
  readonly #known = new Map<string, KnownLoad>();
  /** Target id → inputs that this client has sent there and has no answer to. */
  readonly #outstanding = new Map<string, number>();

  /** @param connect - the target of an id. */
  constructor(connect: (id: string) => { load(): Promise<number> }) {
    this.#connect = connect;
  }

  /**
   * What `answer` gives for the same targets, the least busy of the first Infinity servers first. Only where there are several
   * are they asked how busy they are: no text is sent for it. Those that may stand in for each other also share what comes
   * before they are asked anew.
   */
  async run<T>(targets: readonly PlannedTarget[], call: BalancedCall, answer: Answer<T>): Promise<T> {
    const after = targets.findIndex((planned) => !tellsLoad(planned));
    const group = targets.slice(0, after === -1 ? targets.length : after);
    if (group.length < 2) return answer(targets);
    const loads = await waitUnder(call.signal, Promise.all(group.map(({ id }) => this.#ask(id))));
    // Nothing is awaited from here until it is counted: calls that come together see each other.
    const counts = areEqual(group.map(({ id }) => call.find(id)));
    const order = group.map((planned, index) => ({
      planned,
      load: (loads[index] ?? Infinity) + (counts ? this.#newSince(planned.id) / QUEUE_INPUTS : 0),
    }));
    // Infinity minus itself is no number, so by comparison.
    order.sort((a, b) => (a.load === b.load ? 0 : a.load < b.load ? -1 : 1));
    const first = order[0]?.planned.id ?? '';
    this.#add(first, call.inputs);
    try {
      return await answer([...order.map(({ planned }) => planned), ...targets.slice(group.length)]);
    } finally {
      this.#add(first, -call.inputs);
    }
  }

  #ask(id: string): Promise<number> {
    const now = performance.now();
    const known = this.#known.get(id);
    if (known && now < known.until) return known.value;
    const value = this.#connect(id).load();
    this.#known.set(id, { value, until: now + LOAD_KNOWN_MS, outstanding: this.#outstanding.get(id) ?? 0 });
    return value;
  }

  #newSince(id: string): number {
    return (this.#outstanding.get(id) ?? 0) - (this.#known.get(id)?.outstanding ?? 0);
  }

  #add(id: string, inputs: number): void {
    this.#outstanding.set(id, (this.#outstanding.get(id) ?? 0) + inputs);
  }
}

function tellsLoad(planned: PlannedTarget): boolean {
  return planned.kind === 'remote' && planned.provider === 'infinity';
}

/** Whether each may answer for the others: parts of one call must be of one space. */
function areEqual(providers: readonly (Provider | undefined)[]): boolean {
  const [first] = providers;
  return providers.every((provider) => provider?.sameModel === true || provider?.space === first?.space);
}
