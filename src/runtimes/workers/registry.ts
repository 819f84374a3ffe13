/** The workers of every runtime there is, by its name. */
import type { RuntimeName } from '../../api/vocabulary.js';
import type { RuntimeWorkers } from './descriptor.js';
import { kernel } from './kernel.js';
import { onnxruntime } from './onnxruntime.js';

/** Name → workers. */
export const RUNTIME_WORKERS: Readonly<Record<RuntimeName, RuntimeWorkers>> = { onnxruntime, kernel };
