/** Compiles the kernel (`kernel/`, AssemblyScript) twice: with relaxed SIMD, and for browsers without it. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './paths.js';

const FEATURES = { relaxed: ['simd', 'relaxed-simd'], plain: ['simd'] };

// Run, not imported: its types declare arrays anew for the whole project.
const COMPILER = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

/**
 * Writes `kernel-relaxed.wasm` and `kernel-plain.wasm`. From one source, since the compiler knows the features it is given.
 *
 * @throws Error with the compiler's messages, also for warnings.
 */
export async function buildKernel(outputDir: string): Promise<void> {
  await Promise.all(Object.entries(FEATURES).map(([name, features]) => compile(outputDir, name, features)));
}

async function compile(outputDir: string, name: string, features: readonly string[]): Promise<void> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      COMPILER,
      'kernel/index.ts',
      ...['--outFile', relative(ROOT, join(outputDir, `kernel-${name}.wasm`))],
      ...features.flatMap((feature) => ['--enable', feature]),
      // Every index is checked before a run, and the kernel allocates nothing.
      ...['-O3', '--noAssert', '--converge', '--runtime', 'stub'],
    ],
    { cwd: ROOT },
  );
  // A warning is of a number that changes its width, and with it an address.
  if (stderr !== '') throw new Error(`Expected no warnings of the kernel's compiler (${name}), but got:\n${stderr}`);
}
