/** The probe texts' vectors in the client's own space, kept so that a provider can be compared when the device can't answer. */
import type { LocalTarget } from '../../contract/target.js';
import { readObject, writeObject } from '../../storage/local-store.js';
import { PROBE_KEY } from '../../storage/names.js';
import { LONG_PROBE_TEXT, PROBE_TEXTS, type ProbeReference } from './parity-probe.js';

/** What is stored: numbers as JSON, since there are few. */
interface StoredReference extends Omit<ProbeReference, 'vectors' | 'longVector'> {
  readonly vectors: readonly number[];
  readonly longVector: readonly number[];
}

/** Remembers the reference of one model. */
export class ProbeReferences {
  readonly #key: string;
  #known: ProbeReference | undefined;

  /** @param model - id, revision and what else the app chose that changes vectors. */
  constructor(model: string) {
    this.#key = PROBE_KEY + model;
    this.#known = read(this.#key);
  }

  /** The reference, as far as it has been made. */
  get known(): ProbeReference | undefined {
    return this.#known;
  }

  /** Makes it with a target of this device, and keeps it. */
  async make(target: LocalTarget, signal: AbortSignal): Promise<ProbeReference> {
    const inputs = [...PROBE_TEXTS, LONG_PROBE_TEXT];
    const rows = await target.embed({ inputs, truncate: 'end' }, { signal, priority: 'interactive' });
    const { dimensions, space, vectors } = rows;
    const longStart = PROBE_TEXTS.length * dimensions;
    const { prompts, normalize } = target.recipe() ?? { prompts: {}, normalize: true };
    const { dtype } = rows.provider;
    this.#known = {
      space,
      dimensions,
      vectors: vectors.slice(0, longStart),
      longVector: vectors.slice(longStart),
      prompts,
      normalize,
      ...(dtype !== undefined && { dtype }),
    };
    write(this.#key, this.#known);
    return this.#known;
  }
}

function read(key: string): ProbeReference | undefined {
  const stored = readObject(key) as Partial<StoredReference> | undefined;
  if (!stored || !isWhole(stored)) return undefined;
  return { ...stored, vectors: Float32Array.from(stored.vectors), longVector: Float32Array.from(stored.longVector) };
}

function isWhole(stored: Partial<StoredReference>): stored is StoredReference {
  const { vectors, longVector, dimensions = 0 } = stored;
  return hasNumbers(vectors, PROBE_TEXTS.length * dimensions) && hasNumbers(longVector, dimensions);
}

function hasNumbers(list: readonly unknown[] | undefined, count: number): boolean {
  return Array.isArray(list) && list.length === count && list.every(Number.isFinite);
}

function write(key: string, reference: ProbeReference): void {
  const { vectors, longVector } = reference;
  writeObject(key, { ...reference, vectors: Array.from(vectors), longVector: Array.from(longVector) });
}
