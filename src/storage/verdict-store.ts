/** Remembers findings about devices in the browser's local storage, so that each is made once. */
import type { DeviceVerdict } from '../ports/device-verdict.js';
import type { VerdictNotes } from './verdict-notes.js';
import { readObject, writeObject } from './local-store.js';
import { VERDICTS_KEY } from './names.js';

/** Findings hold for one version of the code that computes. Source: `onnxruntime-web` in package.json. */
export const RUNTIME_VERSION = '1.31.0-dev.20260914-8d85527a0';

/** Drivers change without a sign of it. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;

interface StoredVerdict extends DeviceVerdict {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** By device and dtype; storage may hold anything, so what it holds is looked at before it is used. */
type StoredVerdicts = Readonly<Record<string, StoredVerdict | null>>;

/** What is known of one model, by device and dtype. */
export class VerdictStore {
  readonly #key: string;
  /** Stands in where storage is forbidden or full. */
  #verdicts: StoredVerdicts;

  /** @param model - id and revision. */
  constructor(model: string) {
    this.#key = `${VERDICTS_KEY}${RUNTIME_VERSION}/${model}`;
    this.#verdicts = read(this.#key);
  }

  /** Whether the speed of any device whose name begins so is known. */
  hasSpeed(prefix: string): boolean {
    return Object.entries(keepFresh(this.#verdicts)).some(
      ([key, { tokensPerMs }]) => key.startsWith(prefix) && tokensPerMs !== undefined,
    );
  }

  /** What is known of the model on one device, whose name tells it from every other. */
  notes(device: string): VerdictNotes {
    const keyOf = (dtype: string): string => `${device}/${dtype}`;
    return {
      recall: (dtype) => keepFresh(this.#verdicts)[keyOf(dtype)],
      remember: (dtype, finding) => {
        // Another tab may have found something meanwhile; and a new finding mustn't make an old one fresh again.
        const stored = keepFresh({ ...this.#verdicts, ...read(this.#key) });
        const key = keyOf(dtype);
        this.#verdicts = { ...stored, [key]: { ...stored[key], ...finding, at: Date.now() } };
        writeObject(this.#key, this.#verdicts);
      },
    };
  }
}

/** What still holds, and isn't damaged. */
function keepFresh(verdicts: StoredVerdicts): Record<string, StoredVerdict> {
  const now = Date.now();
  const isFresh = (entry: [string, StoredVerdict | null]): entry is [string, StoredVerdict] =>
    entry[1] !== null && now - entry[1].at < LONGEST_MS;
  return Object.fromEntries(Object.entries(verdicts).filter(isFresh));
}

function read(key: string): StoredVerdicts {
  return (readObject(key) ?? {}) as StoredVerdicts;
}
