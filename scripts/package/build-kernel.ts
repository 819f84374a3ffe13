/**
 * Compiles what is written in AssemblyScript: the kernel (`src/runtime/kernel/wasm/assembly/`) twice, with relaxed SIMD and for browsers without it, and
 * the search (`src/runtime/search/assembly/`).
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './paths.js';

/** A module: its entry, its file, and what browsers must know to run it. */
interface Module {
  readonly entry: string;
  readonly name: string;
  readonly features: readonly string[];
}

const KERNELS: readonly Module[] = [
  { entry: 'src/runtime/kernel/wasm/assembly/index.ts', name: 'kernel-relaxed', features: ['simd', 'relaxed-simd'] },
  { entry: 'src/runtime/kernel/wasm/assembly/index.ts', name: 'kernel-plain', features: ['simd'] },
];
const SEARCH: Module = { entry: 'src/runtime/search/assembly/index.ts', name: 'search', features: ['simd'] };

// Run, not imported: its types declare arrays anew for the whole project.
const COMPILER = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

/**
 * Writes `kernel-relaxed.wasm` and `kernel-plain.wasm`, from one source, since the compiler knows the features it is given.
 *
 * @throws Error with the compiler's messages, also for warnings.
 */
export async function buildKernel(outputDir: string): Promise<void> {
  await Promise.all(KERNELS.map((module) => compile(outputDir, module)));
}

/** The search's module, which its worker has inside: it is a kilobyte. @throws Error with the compiler's messages. */
export async function compileSearch(): Promise<Uint8Array<ArrayBuffer>> {
  const directory = mkdtempSync(join(tmpdir(), 'search-'));
  try {
    await compile(directory, SEARCH);
    return Uint8Array.from(readFileSync(join(directory, `${SEARCH.name}.wasm`)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compile(outputDir: string, { entry, name, features }: Module): Promise<void> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      COMPILER,
      entry,
      ...['--outFile', relative(ROOT, join(outputDir, `${name}.wasm`))],
      ...features.flatMap((feature) => ['--enable', feature]),
      // Every index is checked before a run, and the kernel allocates nothing.
      ...['-O3', '--noAssert', '--converge', '--runtime', 'stub'],
    ],
    { cwd: ROOT },
  );
  // A warning is of a number that changes its width, and with it an address.
  if (stderr !== '') throw new Error(`Expected no warnings of the kernel's compiler (${name}), but got:\n${stderr}`);
}
