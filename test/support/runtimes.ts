/** Which runtimes the built package has. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/package/paths.js';

/** The value of the option `runtime`. */
export type RuntimeOption = 'onnxruntime' | 'kernel';

/** A WASM file that has nothing in it but its first eight bytes stands in for a kernel that wasn't built. */
const EMPTY_MODULE_BYTES = 8;

/** Every runtime that `dist` has. */
export function listRuntimes(): RuntimeOption[] {
  const { size } = statSync(join(ROOT, 'dist/assets/kernel-plain.wasm'));
  return size > EMPTY_MODULE_BYTES ? ['onnxruntime', 'kernel'] : ['onnxruntime'];
}
