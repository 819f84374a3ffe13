/**
 * Scaled dot-product attention of every token to every token, one head after the other, in 16-bit whole numbers: queries
 * and keys with 12 bits, probabilities and values with 16.
 *
 * Source: Vaswani et al., "Attention Is All You Need", 2017, equation 1.
 */
import { BLOCK_ROWS, PANEL } from '../memory-layout';
import { WIDE } from './dot';
import { multiplyPanel } from './gemm';
import { findPeak, toWords } from './quantize';
import { softmax } from './softmax';
import { Layer, probabilityStride, scoreStride, Workspace } from './structs';

/** Sums of up to 512 products of two such numbers stay within 32 bits. */
const QUERY_PEAK: f32 = 2047;
const VALUE_PEAK: f32 = 32767;

/** Reads `work.projected`, f32 `[tokens, 3 · width]`, writes `work.attended`, f32 `[tokens, width]`. */
export function attend(work: Workspace, layer: Layer, tokens: i32): void {
  const headBytes = (<usize>layer.headWidth) << 2;
  const widthBytes = <usize>layer.heads * headBytes;
  for (let head = 0; head < layer.heads; head++) {
    const offset = <usize>head * headBytes;
    attendHead(work, layer, tokens, work.projected + offset, widthBytes, work.attended + offset);
  }
}

function attendHead(
  work: Workspace,
  layer: Layer,
  tokens: i32,
  queries: usize,
  widthBytes: usize,
  out: usize,
): void {
  const width = layer.headWidth;
  const stride = widthBytes * 3;
  const keys = queries + widthBytes;
  const values = keys + widthBytes;
  const keyScale = packKeys(keys, stride, tokens, width, work.keys);
  const valueScale = packValues(values, stride, tokens, width, work.values);
  for (let start = 0; start < tokens; start += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, tokens - start);
    quantizeQueries(work, queries + <usize>start * stride, stride, rows, width, keyScale * layer.scale);
    score(work, rows, tokens, width);
    for (let row = 0; row < rows; row++) softmax(work, row, tokens, valueScale);
    weighValues(work, rows, tokens, width, out + <usize>start * widthBytes, widthBytes);
  }
}

/** Keys as a panel's columns, a group being two numbers of a key. Returns what one unit is worth. */
function packKeys(from: usize, stride: usize, tokens: i32, width: i32, to: usize): f32 {
  const peak = findPeak(from, tokens, width, stride);
  const factor = f32x4.splat(peak > 0 ? QUERY_PEAK / peak : 0);
  const panelBytes = (<usize>width * <usize>PANEL) << 1;
  for (let token = 0; token < tokens; token++) {
    let at = to + <usize>(token / PANEL) * panelBytes + (<usize>(token & (PANEL - 1)) << 2);
    for (let column = 0; column < width; column += 8) {
      const words = toWords(from + ((<usize>column) << 2), factor);
      v128.store_lane<i32>(at, words, 0);
      v128.store_lane<i32>(at, words, 1, 32);
      v128.store_lane<i32>(at, words, 2, 64);
      v128.store_lane<i32>(at, words, 3, 96);
      at += 128;
    }
    from += stride;
  }
  return peak / QUERY_PEAK;
}

/** Values as a panel's groups, two tokens each; after an odd number of tokens comes one of zeros. */
function packValues(from: usize, stride: usize, tokens: i32, width: i32, to: usize): f32 {
  const peak = findPeak(from, tokens, width, stride);
  const factor = f32x4.splat(peak > 0 ? VALUE_PEAK / peak : 0);
  const panelBytes = <usize>((tokens + 1) >> 1) << 5;
  for (let token = 0; token < tokens; token += 2) {
    let at = to + ((<usize>token) << 4);
    for (let column: usize = 0; column < <usize>width; column += 8) {
      const even = toWords(from + (column << 2), factor);
      const odd = token + 1 < tokens ? toWords(from + stride + (column << 2), factor) : i16x8.splat(0);
      v128.store(at, v128.shuffle<i16>(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(at, v128.shuffle<i16>(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
      at += panelBytes;
    }
    from += stride << 1;
  }
  return peak / VALUE_PEAK;
}

/** A row's scale is of its own; with the keys' it says what a score is worth. */
function quantizeQueries(work: Workspace, from: usize, stride: usize, rows: i32, width: i32, unit: f32): void {
  let to = work.queries;
  for (let row = 0; row < rows; row++) {
    const peak = findPeak(from, 1, width, stride);
    const factor = f32x4.splat(peak > 0 ? QUERY_PEAK / peak : 0);
    store<f32>(work.rowScales + ((<usize>row) << 2), (peak / QUERY_PEAK) * unit);
    for (let column = 0; column < width; column += 8) {
      v128.store(to, toWords(from + ((<usize>column) << 2), factor));
      to += 16;
    }
    from += stride;
  }
}

/** `work.scores`, i32 `[rows, tokens]`, padded to whole panels. */
function score(work: Workspace, rows: i32, tokens: i32, width: i32): void {
  const panelBytes = (<usize>width * <usize>PANEL) << 1;
  const stride = scoreStride(tokens);
  let keys = work.keys;
  let out = work.scores;
  for (let token = 0; token < tokens; token += PANEL) {
    multiplyPanel(WIDE, work.queries, (<usize>width) << 1, rows, keys, width >> 1, out, stride);
    keys += panelBytes;
    out += (<usize>PANEL) << 2;
  }
}

/** Probabilities times values; the sums are turned to floats in place. */
function weighValues(work: Workspace, rows: i32, tokens: i32, width: i32, out: usize, outStride: usize): void {
  const groups = (tokens + 1) >> 1;
  const panelBytes = (<usize>groups) << 5;
  let values = work.values;
  for (let column = 0; column < width; column += PANEL) {
    multiplyPanel(WIDE, work.probabilities, probabilityStride(tokens), rows, values, groups, out, outStride);
    let at = out;
    for (let row: usize = 0; row < <usize>rows; row++) {
      const scale = v128.load_splat<i32>(work.rowScales + (row << 2));
      v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(v128.load(at)), scale));
      v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(v128.load(at, 16)), scale), 16);
      at += outStride;
    }
    values += panelBytes;
    out += (<usize>PANEL) << 2;
  }
}
