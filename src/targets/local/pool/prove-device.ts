/** Trusts no GPU unproved: its vectors for a few texts must agree with those that WASM gives from the same weights. */
import type { DeviceProof } from '../../../ports/device-verdict.js';
import type { VerdictNotes } from '../../../storage/verdict-notes.js';
import { EmbeddingError, isEmbeddingError } from '../../../errors/errors.js';
import type { EmbedBatch, EmbeddedBatch, LoadRequest } from '../../../ports/worker-api.js';
import { minCosine } from '../../../util/cosine.js';
import { WorkerHandle, type ReadyWorker } from './worker-handle.js';

/** Of three lengths, so that rows are padded and run together as in earnest; the last two share a run. */
const PROBE_TEXTS = [
  'cat',
  'A short note about the weather in spring.',
  'The library opens at nine, closes at five, and lends books, maps and records to anyone who asks.',
  'Prices rose by 3.5 % in March 2021, more than anyone had expected; wages did not follow them.',
];
const PROBE: EmbedBatch = { items: PROBE_TEXTS.map((content) => ({ content, truncate: 'end' })) };

/** Where the weights are 32 bits, only the order of additions differs. */
const MIN_COSINE_FP32 = 0.999;
/** Devices round fewer bits differently; wrong kernels give far less. */
const MIN_COSINE = 0.99;

/** The slowest software adapters take seconds a text, and compile first. */
const PROBE_LIMIT_MS = 180_000;

/** What to compare with. */
export interface ReferenceSettings {
  readonly workerUrl: string;
  readonly job: LoadRequest;
  /** Ends the comparison. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the worker's vectors are known to be right, from `notes` or by comparison, which starts a worker on WASM
 * and ends it.
 *
 * @throws EmbeddingError `device_disproved` when they are wrong; it is remembered. What keeps the comparison from being
 *   made is thrown as it is, and isn't remembered.
 */
export async function proveDevice(
  worker: ReadyWorker,
  reference: ReferenceSettings,
  notes: VerdictNotes,
): Promise<void> {
  const { dtype, dimensions, subject } = worker.model;
  let proof = notes.recall(dtype)?.proof;
  // Other weights may have come from the same address since.
  if (proof?.subject !== subject) {
    const vectors = await embedProbe(worker);
    // Also where the GPU gave no vectors: they may be the model's fault, which WASM then says.
    const expected = await embedOnWasm(reference);
    const least = dtype === 'fp32' ? MIN_COSINE_FP32 : MIN_COSINE;
    proof = { ...compare(vectors, expected, dimensions, least), subject };
    notes.remember(dtype, { proof });
  }
  if (!proof.passed) throw disproved(dtype, proof);
}

/** Undefined when a vector is zero or not a number, which workers refuse by themselves. */
async function embedProbe(worker: ReadyWorker): Promise<Float32Array | undefined> {
  try {
    return (await worker.handle.embed(PROBE, PROBE_LIMIT_MS)).vectors;
  } catch (error) {
    if (isEmbeddingError(error, 'invalid_vector')) return undefined;
    throw error;
  }
}

async function embedOnWasm({ workerUrl, job, signal }: ReferenceSettings): Promise<Float32Array> {
  signal.throwIfAborted();
  const handle = new WorkerHandle(workerUrl);
  const ended = new EmbeddingError('disposed', 'The comparison with WASM has ended.');
  const end = (): void => {
    handle.terminate(ended);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    await handle.load({ ...job, device: 'wasm' }, () => undefined);
    const { vectors }: EmbeddedBatch = await handle.embed(PROBE, PROBE_LIMIT_MS);
    return vectors;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function compare(
  vectors: Float32Array | undefined,
  expected: Float32Array | undefined,
  dimensions: number,
  least: number,
): DeviceProof {
  if (!vectors || !expected) return { passed: false };
  const cosine = minCosine(vectors, expected, dimensions);
  return { passed: cosine >= least, minCosine: cosine };
}

function disproved(dtype: string, { minCosine: cosine }: DeviceProof): EmbeddingError {
  const what =
    cosine === undefined
      ? 'vectors without a direction'
      : `vectors that differ from WASM's (cosine ${cosine.toFixed(3)})`;
  const message = `WebGPU gave ${what} for this model in ${dtype} on this device, so it isn't used. Use device: 'auto' or 'wasm', or another dtype.`;
  return new EmbeddingError('device_disproved', message);
}
