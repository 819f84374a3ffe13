/** Every runtime there is, by its name. */
import type { RuntimeName } from '../api/vocabulary.js';
import type { RuntimeDescriptor } from './descriptor.js';
import { kernel } from './kernel.js';
import { onnxruntime } from './onnxruntime.js';

/** Name → runtime; a faster one for fewer models comes later, and is tried before those ahead of it where it may be used. */
export const RUNTIME_REGISTRY: Readonly<Record<RuntimeName, RuntimeDescriptor>> = { onnxruntime, kernel };
