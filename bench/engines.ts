/** The engines side by side, in the order they take turns. */
import type { EngineSpec } from './page/engine.js';

/** The engine the others' vectors are compared with: nothing is padded, so it changes nothing about the model's answer. */
export const REFERENCE_ID = 'transformers-single';

/** The engine whose speed the others' is divided by. */
export const LIBRARY_ID = 'library';

/** A new engine is one more entry here, and a class in `page/` if it is of a new kind. */
export const ENGINES: readonly EngineSpec[] = [
  { kind: 'library', id: LIBRARY_ID, label: 'this library' },
  { kind: 'transformers', id: 'transformers-batched', label: 'transformers.js, 32 per call', batchSize: 32 },
  { kind: 'transformers', id: REFERENCE_ID, label: 'transformers.js, 1 per call', batchSize: 1 },
];
