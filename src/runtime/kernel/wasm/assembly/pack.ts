/** Puts weights into the order in which products read them; see `gemm.ts`. */
import { PANEL } from '../memory-layout';
import { GROUP } from './dot';

/**
 * Writes signed bytes `[inputs, outputs]` as `[outputs / 8, inputs / GROUP, 8, GROUP]`, and the sum of each output's bytes,
 * i32 `[outputs]`.
 */
export function packPanels(from: usize, inputs: i32, outputs: i32, to: usize, sums: usize): void {
  const stride = <usize>outputs;
  for (let output: usize = 0; output < stride; output += PANEL) {
    let first = i32x4.splat(0);
    let second = i32x4.splat(0);
    let row = from + output;
    for (let input = 0; input < inputs; input += GROUP) {
      const pair = interleave(row, row + stride);
      let words = i16x8.add(v128.load_ext<i8>(row), v128.load_ext<i8>(row + stride));
      if (GROUP == 2) {
        v128.store(to, pair);
      } else {
        const next = row + 2 * stride;
        const other = interleave(next, next + stride);
        v128.store(to, v128.shuffle<i16>(pair, other, 0, 8, 1, 9, 2, 10, 3, 11));
        v128.store(to, v128.shuffle<i16>(pair, other, 4, 12, 5, 13, 6, 14, 7, 15), 16);
        words = i16x8.add(words, i16x8.add(v128.load_ext<i8>(next), v128.load_ext<i8>(next + stride)));
      }
      first = i32x4.add(first, i32x4.extend_low_i16x8_s(words));
      second = i32x4.add(second, i32x4.extend_high_i16x8_s(words));
      to += PANEL * GROUP;
      row += <usize>GROUP * stride;
    }
    v128.store(sums + (output << 2), first);
    v128.store(sums + (output << 2), second, 16);
  }
}

/** Eight bytes of one row and of the next, byte by byte. */
// @ts-ignore: decorator
@inline
function interleave(row: usize, next: usize): v128 {
  const a = v128.load_zero<u64>(row);
  const b = v128.load_zero<u64>(next);
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
