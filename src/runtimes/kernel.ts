/** This library's own kernel, as plans see it: BERT-like models in 8 bits, on WASM. */
import { isFaithfulIn8Bits } from '../models/start-up.js';
import type { RuntimeDescriptor } from './descriptor.js';

/** What the build puts in place of the name. */
declare const __KERNEL_VERSION__: string | undefined;

/** Tells the kernel and its worker from any other version of them: the build hashes both. */
const VERSION = typeof __KERNEL_VERSION__ === 'string' ? __KERNEL_VERSION__ : 'unbuilt';

/** Four bits a number. */
const LACKS: RuntimeDescriptor['lacks'] = ['q4', 'q4f16', 'bnb4'];

/** The kernel. */
export const kernel: RuntimeDescriptor = {
  name: 'kernel',
  devices: ['wasm'],
  lacks: LACKS,
  terms: 'The kernel runs on WASM, with weights of 8 bits or more.',
  idEnd: '/kernel',
  nameFindings: () => `kernel@${VERSION}`,
  explain: ({ runtime }) =>
    runtime === 'kernel'
      ? 'The app asked for the kernel.'
      : 'The kernel is the fastest on WASM where it knows the model.',
  findObstacle: ({ runtime, dtype = 'auto', model = '', sameAs = model }) => {
    if (LACKS.includes(dtype)) return `The kernel doesn't read ${dtype} weights.`;
    if (runtime === 'kernel') return undefined;
    if (dtype === 'fp32' || dtype === 'fp16') return `The app asked for ${dtype}, and the kernel computes in 8 bits.`;
    return isFaithfulIn8Bits(sameAs) ? undefined : "The model isn't itself in 8 bits, in which the kernel computes.";
  },
  disproof: 'The kernel gave wrong vectors on this device.',
};
