import { describe, expect, test, vi } from 'vitest';
import type { DeviceProof, DeviceVerdict } from '../../../../../src/ports/device-verdict.js';
import type { VerdictNotes } from '../../../../../src/storage/verdict-notes.js';
import type { ReadyWorker } from '../../../../../src/targets/local/pool/worker-handle.js';
import { trustSelfProof, type WorkerTrust } from '../../../../../src/targets/local/pool/worker-trust.js';
import { EmbeddingError } from '../../../../../src/errors/errors.js';
import type { LoadRequest } from '../../../../../src/ports/worker-api.js';
import { catchRejection } from '../../../../support/catch-error.js';

const KEY = 'q8+fp32';
const SUBJECT = 'a1 last_hidden_state';

/** Trust in a runtime that proves itself, what it remembers, and whether it has said that the runtime is refused. */
function makeTrust(known?: DeviceVerdict): {
  trust: WorkerTrust;
  remembered: Map<string, DeviceVerdict>;
  onRefused: ReturnType<typeof vi.fn<() => void>>;
} {
  const remembered = new Map<string, DeviceVerdict>(known && [[KEY, known]]);
  const notes: VerdictNotes = {
    recall: (key) => remembered.get(key),
    remember: (key, finding) => remembered.set(key, { ...remembered.get(key), ...finding }),
  };
  const onRefused = vi.fn<() => void>();
  return { trust: trustSelfProof(notes, { disproof: 'Wrong.', key: KEY, onRefused }), remembered, onRefused };
}

function accept(trust: WorkerTrust, proof?: DeviceProof): Promise<void> {
  const worker = { model: { subject: SUBJECT, ...(proof && { proof }) } } as ReadyWorker;
  return trust.accept(worker, {} as LoadRequest, new AbortController().signal);
}

describe('trustSelfProof', () => {
  test('says for which weights there is a proof', async () => {
    const { trust, remembered } = makeTrust({ tokensPerMs: 5 });
    expect(trust.ask?.()).toEqual({});
    await accept(trust, { passed: true, minCosine: 0.999 });
    expect(trust.ask?.()).toEqual({ proved: SUBJECT });
    await accept(trust);
    const proof = { passed: true, minCosine: 0.999, subject: SUBJECT };
    expect([...remembered]).toEqual([[KEY, { tokensPerMs: 5, proof }]]);
  });

  test('believes no proof of which nobody knows the weights', () => {
    expect(makeTrust({ proof: { passed: true } }).trust.ask?.()).toEqual({});
  });

  test('refuses a runtime that says itself that it is wrong', async () => {
    const { trust, remembered } = makeTrust();
    const error = await catchRejection(accept(trust, { passed: false, minCosine: 0.5 }));
    expect(error).toMatchObject({ code: 'device_disproved', message: 'Wrong.', canFallBack: true });
    expect(remembered.get(KEY)?.proof).toEqual({ passed: false, minCosine: 0.5, subject: SUBJECT });
    expect(trust.ask?.()).toEqual({});
  });

  test.each<[code: 'kernel_unsupported' | 'device_disproved', remembered: DeviceVerdict]>([
    ['kernel_unsupported', { obstacle: 'No.' }],
    ['device_disproved', { obstacle: 'No.', proof: { passed: false } }],
  ])('remembers %s with its reason, and says so', (code, finding) => {
    const { trust, remembered, onRefused } = makeTrust();
    trust.refuse?.(new EmbeddingError(code, 'No.'));
    expect(remembered.get(KEY)).toEqual(finding);
    expect(onRefused).toHaveBeenCalledOnce();
  });

  test.each([new EmbeddingError('worker_died', 'No.'), new EmbeddingError('runtime_file_failed', 'No.'), 'stopped'])(
    'remembers nothing of %s',
    (error) => {
      const { trust, remembered, onRefused } = makeTrust();
      trust.refuse?.(error);
      expect(remembered.size).toBe(0);
      expect(onRefused).not.toHaveBeenCalled();
    },
  );
});
