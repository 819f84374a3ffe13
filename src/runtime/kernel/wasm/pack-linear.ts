/** Puts linear maps into the kernel's memory, in the order in which it reads them. */
import type { PackableLinear } from '../encoder.js';
import type { Arena } from './arena.js';
import { SATURATING, type DotKind } from './dot-kind.js';
import type { KernelExports } from './kernel-module.js';
import { PANEL } from './memory-layout.js';

/** Where things are packed. */
export interface PackTarget {
  /** Its build decides the order of weights. */
  readonly kernel: KernelExports;
  readonly arena: Arena;
  readonly dot: DotKind;
}

/**
 * The address of a `Linear` structure that maps the same inputs to the outputs of all `linears`, one after the other.
 *
 * Sizes are multiples of a panel; see `check-sizes.ts`.
 */
export function packLinear({ kernel, arena, dot }: PackTarget, linears: readonly PackableLinear[]): number {
  const inputs = linears[0]?.inputs ?? 0;
  const outputs = linears.reduce((sum, linear) => sum + linear.outputs, 0);
  const weights = arena.allocate(inputs * outputs);
  const [scales, sums, bias] = [arena.allocate(outputs * 4), arena.allocate(outputs * 4), arena.allocate(outputs * 4)];
  let first = 0;
  for (const linear of linears) {
    const quantized = linear.quantize();
    const from = arena.stage(quantized.weights);
    kernel.packPanels(from, inputs, linear.outputs, weights + first * inputs, sums + first * 4);
    arena.floats(scales + first * 4, linear.outputs).set(quantized.scales);
    arena.floats(bias + first * 4, linear.outputs).set(quantized.bias);
    first += linear.outputs;
  }
  const marks = dot === SATURATING ? arena.allocate((inputs / 8) * (outputs / PANEL)) : 0;
  if (marks > 0) kernel.markLarge(weights, inputs, outputs, marks);
  return arena.struct({ inputs, outputs, weights, scales, sums, bias, marks });
}
