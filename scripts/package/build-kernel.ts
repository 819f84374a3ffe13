/** Stands in for the kernel's compiler: two WASM files without anything in them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The shortest WASM file. Source: WebAssembly core specification, 5.5.16. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Writes `kernel-relaxed.wasm` and `kernel-plain.wasm`. */
export async function buildKernel(outputDir: string): Promise<void> {
  await mkdir(outputDir, { recursive: true });
  for (const name of ['kernel-relaxed.wasm', 'kernel-plain.wasm']) await writeFile(join(outputDir, name), EMPTY_MODULE);
}
