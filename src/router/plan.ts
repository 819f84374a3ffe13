/** Which targets may answer, in which order, and why. Pure: the same input gives the same plan. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Dtype } from '../api/vocabulary.js';
import type { Capability } from './capability.js';

/** One way to answer, chosen or ruled out. */
export interface PlannedTarget {
  /** `local` is this device. */
  readonly kind: 'local';
  /** The part of the device that computes. */
  readonly device: 'wasm';
  /** The software that runs the model. */
  readonly runtime: 'onnxruntime';
  /** Candidates, best first: the first one the hub has weights for is loaded. */
  readonly dtypes: readonly Dtype[];
  /** Whether it will be tried. */
  readonly usable: boolean;
  /** Why it is, or isn't, in one sentence. */
  readonly reason: string;
}

/** The targets in the order they will be tried; those ruled out stand there too, with the reason. */
export function planTargets(
  options: Pick<EmbeddingClientOptions, 'dtype' | 'device'>,
  capability: Capability,
): readonly PlannedTarget[] {
  const { dtype = 'auto', device = 'auto' } = options;
  const obstacle = findObstacle(capability);
  return [
    {
      kind: 'local',
      device: 'wasm',
      runtime: 'onnxruntime',
      // q8 is the fastest on CPUs and a quarter of the download.
      dtypes: dtype === 'auto' ? ['q8', 'fp32'] : [dtype],
      usable: obstacle === undefined,
      reason: obstacle ?? (device === 'wasm' ? 'The app asked for WASM.' : 'WASM with SIMD runs on this device.'),
    },
  ];
}

function findObstacle({ workers, wasmSimd }: Capability): string | undefined {
  if (!workers) return 'This environment has no Web Workers.';
  if (!wasmSimd) return 'This browser has no WASM SIMD, which ONNX Runtime needs.';
  return undefined;
}
