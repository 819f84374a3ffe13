/** Puts linear maps into the kernel's memory, in the order in which it reads them. */
import type { Linear, QuantizedLinear } from '../encoder/encoder.js';
import type { Arena } from './arena.js';
import type { DotKind } from './dot-kind.js';

/** Outputs side by side in a panel; `PANEL` in `kernel/structs.ts`. */
const PANEL = 8;

/**
 * The address of a `Linear` structure that maps the same inputs to the outputs of all `linears`, one after the other.
 *
 * Sizes are multiples of 8; see `check-sizes.ts`.
 */
export function packLinear(arena: Arena, linears: readonly Linear[], dot: DotKind): number {
  const inputs = linears[0]?.inputs ?? 0;
  const outputs = linears.reduce((sum, linear) => sum + linear.outputs, 0);
  const weights = arena.allocate(inputs * outputs);
  const addresses = [arena.allocate(outputs * 4), arena.allocate(outputs * 4), arena.allocate(outputs * 4)] as const;
  const [scales, sums, bias] = addresses;
  let first = 0;
  for (const linear of linears) {
    const quantized = linear.quantize();
    const panels = new Int8Array(
      arena.bytes(weights + first * inputs, linear.outputs * inputs).buffer,
      weights + first * inputs,
      linear.outputs * inputs,
    );
    packPanels(quantized, inputs, linear.outputs, dot.group, panels, arena.integers(sums + first * 4, linear.outputs));
    arena.floats(scales + first * 4, linear.outputs).set(quantized.scales);
    arena.floats(bias + first * 4, linear.outputs).set(quantized.bias);
    first += linear.outputs;
  }
  return arena.struct([inputs, outputs, weights, scales, sums, bias]);
}

/** `[inputs, outputs]` to `[outputs / 8, inputs / group, 8, group]`, and each output's sum. */
export function packPanels(
  { weights }: Pick<QuantizedLinear, 'weights'>,
  inputs: number,
  outputs: number,
  group: number,
  panels: Int8Array,
  sums: Int32Array,
): void {
  sums.fill(0);
  let to = 0;
  for (let panel = 0; panel < outputs; panel += PANEL) {
    for (let input = 0; input < inputs; input += group) {
      for (let output = panel; output < panel + PANEL; output++) {
        let from = input * outputs + output;
        let sum = 0;
        for (let index = 0; index < group; index++) {
          const weight = weights[from] ?? 0;
          panels[to++] = weight;
          sum += weight;
          from += outputs;
        }
        sums[output] = (sums[output] ?? 0) + sum;
      }
    }
  }
}
