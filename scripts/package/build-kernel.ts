/** Compiles the kernel (`kernel/`, AssemblyScript) twice: with relaxed SIMD, and for browsers without it. */
import { join, relative } from 'node:path';
import * as compiler from 'assemblyscript/asc';
import { ROOT } from './paths.js';

const FEATURES = { relaxed: ['simd', 'relaxed-simd'], plain: ['simd'] };

/**
 * Writes `kernel-relaxed.wasm` and `kernel-plain.wasm`. From one source, since the compiler knows the features it is given.
 *
 * @throws Error with the compiler's messages, also for warnings.
 */
export async function buildKernel(outputDir: string): Promise<void> {
  for (const [name, features] of Object.entries(FEATURES)) {
    const messages = compiler.createMemoryStream();
    const options = [
      'kernel/index.ts',
      ...['--baseDir', ROOT],
      ...['--outFile', relative(ROOT, join(outputDir, `kernel-${name}.wasm`))],
      ...features.flatMap((feature) => ['--enable', feature]),
      // Every index is checked before a run, and the kernel allocates nothing.
      ...['-O3', '--noAssert', '--converge', '--runtime', 'stub'],
    ];
    const { error } = await compiler.main(options, { stderr: messages });
    // A warning is of a number that changes its width, and with it an address.
    if (error || messages.toString() !== '') {
      throw new Error(`Could not compile the kernel (${name}):\n${messages.toString()}`, { cause: error });
    }
  }
}
