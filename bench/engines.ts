/** The engines side by side, in the order they take turns. */
import { PLAIN_ASSETS_PATH } from './page/engine.js';
import type { EngineSpec, LibrarySpec, TransformersSpec } from './page/engine.js';

/** The engine the others' vectors are compared with: nothing is padded, so it changes nothing about the model's answer. */
export const REFERENCE_ID = 'transformers-single';

/** The engine whose speed the others' is divided by. */
export const LIBRARY_ID = 'library';

/** The engine that shows what padding costs. */
export const BATCHED_ID = 'transformers-batched';

/** This library. */
export const LIBRARY: LibrarySpec = { kind: 'library', id: LIBRARY_ID, label: 'this library' };

/** The kernel on one core, which is what the engines below are compared with. */
export const KERNEL_ID = 'kernel-one';

/** The same without relaxed SIMD. */
export const PLAIN_ID = 'plain-one';

/** ONNX Runtime on one core, one text a run. */
export const RUNTIME_ID = 'onnxruntime-one';

/** Each runtime of this library by itself, on one core. */
export const SINGLE_WORKERS: readonly LibrarySpec[] = [
  { kind: 'library', id: KERNEL_ID, label: 'kernel', options: { runtime: 'kernel', workers: 1 } },
  {
    kind: 'library',
    id: PLAIN_ID,
    label: 'kernel without relaxed SIMD',
    options: { runtime: 'kernel', workers: 1, assetsUrl: PLAIN_ASSETS_PATH },
  },
  { kind: 'library', id: RUNTIME_ID, label: 'ONNX Runtime', options: { runtime: 'onnxruntime', workers: 1 } },
];

/** What the baselines get where they can have it: on two cores ONNX Runtime takes one thread when it isn't told. */
const ISOLATED_THREADS = 2;

/**
 * The baseline with `texts` texts per call of the pipeline.
 *
 * @param isIsolated - whether it runs in a cross-origin isolated page, and so with two threads.
 */
function createBaseline(id: string, texts: number, isIsolated: boolean): TransformersSpec {
  const threads = isIsolated ? `${ISOLATED_THREADS} threads, ` : '';
  return {
    kind: 'transformers',
    id,
    label: `transformers.js, ${threads}${texts} per call`,
    batchSize: texts,
    ...(isIsolated && { threads: ISOLATED_THREADS }),
  };
}

/** The baseline without padding. */
export function createReference(isIsolated: boolean): TransformersSpec {
  return createBaseline(REFERENCE_ID, 1, isIsolated);
}

/** All of them. A new engine is one more entry here, and a class in `page/` if it is of a new kind. */
export function listEngines(isIsolated: boolean): readonly EngineSpec[] {
  return [LIBRARY, createBaseline(BATCHED_ID, 32, isIsolated), createReference(isIsolated)];
}

/** The reference engine's label. */
export function describeReference(engines: readonly EngineSpec[]): string {
  return engines.find(({ id }) => id === REFERENCE_ID)?.label ?? REFERENCE_ID;
}
