/** Workers on this library's own kernel. */
import type { RuntimeWorkers, WorkerFiles } from './descriptor.js';

/** Absolute URLs of the kernel's two builds: with relaxed SIMD, which some browsers refuse, and without. */
export interface KernelUrls extends Readonly<Record<string, string>> {
  readonly relaxed: string;
  readonly plain: string;
}

/** The kernel. */
export const kernel: RuntimeWorkers = {
  locate: (_device, locate): WorkerFiles<KernelUrls> => ({
    workerUrl: locate('worker-kernel.js', () => new URL('./assets/worker-kernel.js', import.meta.url)),
    runtimeUrls: {
      relaxed: locate('kernel-relaxed.wasm', () => new URL('./assets/kernel-relaxed.wasm', import.meta.url)),
      plain: locate('kernel-plain.wasm', () => new URL('./assets/kernel-plain.wasm', import.meta.url)),
    },
  }),
  // The tokenizer and what a run needs; the packed weights, and the file's parts while they are packed.
  cost: { bytes: 20e6, perModelByte: 1.2 },
  minWaitMs: 600,
  disproof: 'The kernel gave wrong vectors for this model.',
  takesAnyModel: false,
};
