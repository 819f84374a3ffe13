/** Finds the fastest inner product that this device computes exactly. Found by trying, never assumed. */
import { EmbeddingError } from '../../../errors/errors.js';
import { Arena } from './arena.js';
import { DotCheck } from './dot-check.js';
import { SATURATING, SIGNED, UNSIGNED, WIDENING, type DotKind } from './dot-kind.js';
import { refusedBuild, startModule, type KernelExports } from './kernel-module.js';

/** Absolute URLs of the kernel's builds. */
export interface KernelFiles {
  /** With relaxed SIMD, which not every browser compiles. */
  readonly relaxed: string;
  readonly plain: string;
}

/** A started kernel and the inner product to use with it. */
export interface ChosenDot {
  readonly kernel: KernelExports;
  readonly arena: Arena;
  readonly dot: DotKind;
  /** Passes as long as that product is right; code is compiled anew while it runs, so it is asked again. */
  readonly check: DotCheck;
}

/** Fastest first. The third is exact for small weights only. */
const RELAXED = [UNSIGNED, SIGNED, SATURATING];

/**
 * Starts the first build, and of it the first inner product, whose products are right.
 *
 * @param findMaxWeight - the model's largest weight, up or down; asked for only where it matters.
 * @throws EmbeddingError `device_disproved` when a build was started and no product is right; when none could be started,
 *   `runtime_file_failed` or `insufficient_memory`.
 */
export async function chooseDot(urls: KernelFiles, findMaxWeight: () => number): Promise<ChosenDot> {
  const relaxed = await startModule(urls.relaxed);
  const chosen = relaxed && tryKinds(relaxed, RELAXED, findMaxWeight);
  if (chosen) return chosen;
  const plain = await startModule(urls.plain);
  if (!plain) throw refusedBuild(urls.plain);
  const fallback = tryKinds(plain, [WIDENING], findMaxWeight);
  if (fallback) return fallback;
  const message = 'The kernel multiplies wrongly on this device, so it is not used.';
  throw new EmbeddingError('device_disproved', message);
}

function tryKinds(
  kernel: KernelExports,
  kinds: readonly DotKind[],
  findMaxWeight: () => number,
): ChosenDot | undefined {
  const arena = new Arena(kernel.memory, kernel.firstFree());
  for (const dot of kinds) {
    const check = new DotCheck(kernel, arena, dot);
    if (!check.passesFully()) continue;
    if (dot === SATURATING && findMaxWeight() > dot.maxWeight) continue;
    return { kernel, arena, dot, check };
  }
  return undefined;
}
