/** Remembers findings about devices in the browser's local storage, so that each is made once. */
import type { DeviceVerdict, VerdictNotes } from '../contract/device-verdict.js';

/** Findings hold for one version of the code that computes. Source: `onnxruntime-web` in package.json. */
export const RUNTIME_VERSION = '1.31.0-dev.20260914-8d85527a0';

/** Drivers change without a sign of it. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;

interface StoredVerdict extends DeviceVerdict {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is known of one model, by device and dtype. */
export class VerdictStore {
  readonly #key: string;
  /** Stands in where storage is forbidden or full. */
  #verdicts: Record<string, StoredVerdict>;

  /** @param model - id and revision. */
  constructor(model: string) {
    this.#key = `inpage-embeddings/verdicts/${RUNTIME_VERSION}/${model}`;
    this.#verdicts = read(this.#key);
  }

  /** Whether the speed of any device whose name begins so is known. */
  hasSpeed(prefix: string): boolean {
    return Object.entries(this.#verdicts).some(
      ([key, { tokensPerMs }]) => key.startsWith(prefix) && tokensPerMs !== undefined,
    );
  }

  /** What is known of the model on one device, whose name tells it from every other. */
  notes(device: string): VerdictNotes {
    const keyOf = (dtype: string): string => `${device}/${dtype}`;
    return {
      recall: (dtype) => {
        const verdict = this.#verdicts[keyOf(dtype)];
        return verdict && Date.now() - verdict.at < LONGEST_MS ? verdict : undefined;
      },
      remember: (dtype, finding) => {
        // Another tab may have found something meanwhile.
        const stored = { ...this.#verdicts, ...read(this.#key) };
        const key = keyOf(dtype);
        this.#verdicts = { ...stored, [key]: { ...stored[key], ...finding, at: Date.now() } };
        write(this.#key, this.#verdicts);
      },
    };
  }
}

function read(key: string): Record<string, StoredVerdict> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, StoredVerdict>) : {};
  } catch {
    return {};
  }
}

function write(key: string, value: object): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It will be found out again.
  }
}
