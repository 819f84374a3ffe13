/**
 * Compares one query with rows that lie one behind the other in memory, as they come: no row is padded. What is loaded
 * beyond a row's end is masked, and stays inside of memory, since the caller leaves 32 bytes after the last row. The query
 * is followed by zeros up to a whole step.
 */
import { integerSumOf, sumOf } from '../../kernel/wasm/assembly/lanes';

/** The first address that is free. */
export function firstFree(): usize {
  return __heap_base;
}

/** All bits of the first `count` of four numbers of 32 bits, none of the others. */
// @ts-ignore: decorator
@inline
function firstOfFour(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The same for eight numbers of 16 bits. */
// @ts-ignore: decorator
@inline
function firstOfEight(count: i32): v128 {
  return i16x8.lt_s(i16x8(0, 1, 2, 3, 4, 5, 6, 7), i16x8.splat(<i16>count));
}

/** The same for sixteen bytes. */
// @ts-ignore: decorator
@inline
function firstOfSixteen(count: i32): v128 {
  return i8x16.lt_s(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>count));
}

/**
 * f32 dot products with `count` rows of f32 `[width]`. Eight sums, every eighth number to one of them, are added in pairs
 * at the end; `src/vectors/scan/compare-plainly.ts` does the same, bit for bit.
 */
export function scoreFloats(query: usize, rows: usize, count: i32, width: i32, scores: usize): void {
  const tail = width & 7;
  const wholes = <usize>(width - tail) << 2;
  const low = firstOfFour(tail);
  const high = firstOfFour(tail - 4);
  const stride = <usize>width << 2;
  for (let row: i32 = 0; row < count; row++) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    for (let at: usize = 0; at < wholes; at += 32) {
      a = f32x4.add(a, f32x4.mul(v128.load(query + at), v128.load(rows + at)));
      b = f32x4.add(b, f32x4.mul(v128.load(query + at, 16), v128.load(rows + at, 16)));
    }
    if (tail) {
      a = f32x4.add(a, f32x4.mul(v128.load(query + wholes), v128.and(v128.load(rows + wholes), low)));
      b = f32x4.add(b, f32x4.mul(v128.load(query + wholes, 16), v128.and(v128.load(rows + wholes, 16), high)));
    }
    store<f32>(scores, sumOf(f32x4.add(a, b)));
    rows += stride;
    scores += 4;
  }
}

/** i32 dot products with `count` rows of i8 `[width]`, and those of each row with itself. The query is i16 `[width]`. */
export function scoreIntegers(
  query: usize,
  rows: usize,
  count: i32,
  width: i32,
  dots: usize,
  squares: usize,
): void {
  const tail = width & 7;
  const wholes = <usize>(width - tail);
  const mask = firstOfEight(tail);
  for (let row: i32 = 0; row < count; row++) {
    let dot = i32x4.splat(0);
    let square = i32x4.splat(0);
    for (let at: usize = 0; at < wholes; at += 8) {
      const numbers = v128.load_ext<i8>(rows + at);
      dot = i32x4.add(dot, i32x4.dot_i16x8_s(v128.load(query + (at << 1)), numbers));
      square = i32x4.add(square, i32x4.dot_i16x8_s(numbers, numbers));
    }
    if (tail) {
      const numbers = v128.and(v128.load_ext<i8>(rows + wholes), mask);
      dot = i32x4.add(dot, i32x4.dot_i16x8_s(v128.load(query + (wholes << 1)), numbers));
      square = i32x4.add(square, i32x4.dot_i16x8_s(numbers, numbers));
    }
    store<i32>(dots, integerSumOf(dot));
    store<i32>(squares, integerSumOf(square));
    rows += <usize>width;
    dots += 4;
    squares += 4;
  }
}

/** How many bits of `count` rows of `[width]` bytes differ from the query's. */
export function countDifferences(query: usize, rows: usize, count: i32, width: i32, distances: usize): void {
  const tail = width & 15;
  const wholes = <usize>(width - tail);
  const mask = firstOfSixteen(tail);
  for (let row: i32 = 0; row < count; row++) {
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < wholes; at += 16) {
      sum = i32x4.add(sum, countBits(v128.xor(v128.load(query + at), v128.load(rows + at))));
    }
    if (tail) {
      const different = v128.xor(v128.load(query + wholes), v128.load(rows + wholes));
      sum = i32x4.add(sum, countBits(v128.and(different, mask)));
    }
    store<i32>(distances, integerSumOf(sum));
    rows += <usize>width;
    distances += 4;
  }
}

/** The bits that are 1, by groups of four bytes. */
// @ts-ignore: decorator
@inline
function countBits(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(bytes)));
}
