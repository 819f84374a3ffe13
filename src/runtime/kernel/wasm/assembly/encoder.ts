/** A whole text through the encoder, one text at a time, so that there is no padding at all. */
import { BLOCK_ROWS } from '../memory-layout';
import { activate } from './activation';
import { attend } from './attention';
import { multiplyAdd } from './lanes';
import { applyLinear, quantizeAndApply } from './linear';
import { normalizeRows } from './normalize';
import { quantizeRows } from './quantize';
import { Encoder, Layer, Norm, Workspace } from './structs';

/**
 * Computes every token's vector, f32 `[tokens, width]`, and returns where it lies: in the workspace, until the next text.
 *
 * @param ids - i32 `[tokens]`, rows of the table; and i32 `[tokens]` after them, rows of the position table.
 */
export function encode(encoder: Encoder, work: Workspace, ids: usize, tokens: i32): usize {
  embed(encoder, work.stream, ids, tokens);
  let from = work.stream;
  let to = work.otherStream;
  for (let index = 0; index < encoder.layerCount; index++) {
    const layer = changetype<Layer>(load<usize>(encoder.layers + ((<usize>index) << 2)));
    runLayer(work, layer, from, to, tokens);
    const next = from;
    from = to;
    to = next;
  }
  const norm = encoder.finalNorm;
  if (norm !== null) {
    const last = changetype<Layer>(load<usize>(encoder.layers + ((<usize>(encoder.layerCount - 1)) << 2)));
    normalizeRows(norm, from, from, tokens, last.output.outputs);
  }
  return from;
}

/** Table row times its scale, plus position. */
function embed(encoder: Encoder, out: usize, ids: usize, tokens: i32): void {
  const width = <usize>encoder.width;
  const positions = ids + ((<usize>tokens) << 2);
  let to = out;
  for (let token: usize = 0; token < <usize>tokens; token++) {
    const id = <usize>load<i32>(ids + (token << 2));
    const scale = v128.load_splat<i32>(encoder.tableScales + (id << 2));
    const row = encoder.table + id * width;
    const position = encoder.positions + ((<usize>load<i32>(positions + (token << 2)) * width) << 2);
    for (let column: usize = 0; column < width; column += 8) {
      const words = v128.load_ext<i8>(row + column);
      const at = column << 2;
      const first = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(words));
      const second = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(words));
      v128.store(to + at, multiplyAdd(first, scale, v128.load(position + at)));
      v128.store(to + at, multiplyAdd(second, scale, v128.load(position + at, 16)), 16);
    }
    to += width << 2;
  }
  const norm = encoder.embeddingNorm;
  if (norm !== null) normalizeRows(norm, out, out, tokens, encoder.width);
}

/** `from`, f32 `[tokens, inputs]`, to `to`, f32 `[tokens, outputs]`. */
function runLayer(work: Workspace, layer: Layer, from: usize, to: usize, tokens: i32): void {
  project(work, layer, from, tokens);
  attend(work, layer, tokens);
  const inputBytes = (<usize>layer.projections.inputs) << 2;
  const outputBytes = (<usize>layer.output.outputs) << 2;
  const attendedBytes = (<usize>layer.output.inputs) << 2;
  let attended = work.attended;
  for (let start = 0; start < tokens; start += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, tokens - start);
    let residual = from;
    const shortcut = layer.shortcut;
    if (shortcut !== null) {
      quantizeAndApply(work, shortcut, from, rows, to, 0);
      residual = to;
    }
    quantizeAndApply(work, layer.output, attended, rows, to, residual);
    feedForward(work, layer, to, rows);
    from += inputBytes * BLOCK_ROWS;
    to += outputBytes * BLOCK_ROWS;
    attended += attendedBytes * BLOCK_ROWS;
  }
}

/** Queries, keys and values of every token. */
function project(work: Workspace, layer: Layer, from: usize, tokens: i32): void {
  const linear = layer.projections;
  let out = work.projected;
  for (let start = 0; start < tokens; start += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, tokens - start);
    quantizeNormed(work, layer.normsBefore ? layer.attentionNorm : null, from, rows, linear.inputs);
    applyLinear(work, linear, rows, out, 0);
    from += (<usize>linear.inputs * BLOCK_ROWS) << 2;
    out += (<usize>linear.outputs * BLOCK_ROWS) << 2;
  }
}

/** What follows attention, in place. The wide inside of a block never leaves the cache. */
function feedForward(work: Workspace, layer: Layer, rows: usize, count: i32): void {
  const up = layer.up;
  const down = layer.down;
  const width = down.outputs;
  if (!layer.normsBefore) normalizeRows(layer.attentionNorm, rows, rows, count, width);
  quantizeNormed(work, layer.normsBefore ? layer.feedForwardNorm : null, rows, count, width);
  applyLinear(work, up, count, work.block, 0);
  activate(layer.activation, work.block, count * up.outputs);
  quantizeAndApply(work, down, work.block, count, rows, rows);
  if (!layer.normsBefore) normalizeRows(layer.feedForwardNorm, rows, rows, count, width);
}

function quantizeNormed(work: Workspace, norm: Norm | null, from: usize, rows: i32, width: i32): void {
  if (norm === null) {
    quantizeRows(work, from, rows, width);
  } else {
    normalizeRows(norm, from, work.block, rows, width);
    quantizeRows(work, work.block, rows, width);
  }
}
