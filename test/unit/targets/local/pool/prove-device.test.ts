import { describe, expect, test, vi } from 'vitest';
import type { DeviceVerdict } from '../../../../../src/ports/device-verdict.js';
import type { VerdictNotes } from '../../../../../src/storage/verdict-notes.js';
import { proveDevice, type ReferenceSettings } from '../../../../../src/targets/local/pool/prove-device.js';
import type { ReadyWorker } from '../../../../../src/targets/local/pool/worker-handle.js';
import type { EmbeddedBatch, LoadedModel } from '../../../../../src/ports/worker-api.js';
import { catchRejection } from '../../../../support/catch-error.js';

// A worker on WASM, whose vectors are the right ones.
vi.mock('../../../../../src/targets/local/pool/worker-handle.js', () => ({
  WorkerHandle: class {
    load = (): Promise<void> => Promise.resolve();
    embed = (): Promise<EmbeddedBatch> => answer(1, 0);
    terminate = (): void => undefined;
  },
}));

const SUBJECT = 'a1 last_hidden_state';
const REFERENCE = { workerUrl: '', job: {}, signal: new AbortController().signal } as ReferenceSettings;

function answer(...vectors: number[]): Promise<EmbeddedBatch> {
  return Promise.resolve({ vectors: Float32Array.from(vectors) } as EmbeddedBatch);
}

/** A GPU's worker with such vectors. */
function makeGpu(...vectors: number[]): ReadyWorker {
  const model = { dtype: 'fp32', dimensions: 2, subject: SUBJECT } as LoadedModel;
  const notHere = (): Promise<never> => Promise.reject(new Error('Not here.'));
  return { model, handle: { embed: () => answer(...vectors), countTokens: notHere, listTokens: notHere } };
}

function makeNotes(known?: DeviceVerdict): VerdictNotes & { readonly found: DeviceVerdict[] } {
  const found: DeviceVerdict[] = [];
  return { found, recall: () => known, remember: (_dtype, finding) => found.push(finding) };
}

describe('proveDevice', () => {
  test('remembers for which weights it was', async () => {
    const notes = makeNotes();
    await proveDevice(makeGpu(1, 0), REFERENCE, notes);
    expect(notes.found).toEqual([{ proof: { passed: true, minCosine: 1, subject: SUBJECT } }]);
  });

  test('compares nothing where it was done for the same weights', async () => {
    const notes = makeNotes({ proof: { passed: true, subject: SUBJECT } });
    await proveDevice(makeGpu(0, 1), REFERENCE, notes);
    expect(notes.found).toEqual([]);
  });

  test.each(['b2 last_hidden_state', 'a1 sentence_embedding', undefined])(
    'compares anew where it was done for %j',
    async (subject) => {
      const known = { proof: { passed: true, ...(subject !== undefined && { subject }) } };
      const error = await catchRejection(proveDevice(makeGpu(0, 1), REFERENCE, makeNotes(known)));
      expect(error).toMatchObject({ code: 'device_disproved' });
    },
  );
});
