/** What the kernel offers to JavaScript. The caller lays everything out in memory; see `structs.ts`. */
import { runDense as runDenseStep, encode as encodeText } from './encoder';
import { quantizeAndApply } from './linear';
import { attend as attendTokens } from './attention';
import { activate as activateValues } from './activation';
import { normalizeRows as normalizeRowsOf } from './normalize';
import { packPanels as packPanelsOf } from './pack';
import { Encoder, Layer, Linear, Norm, Workspace } from './structs';

/** The first address that is free. */
export function firstFree(): usize {
  return __heap_base;
}

/** See {@link packPanelsOf}. */
export function packPanels(from: usize, inputs: i32, outputs: i32, to: usize, sums: usize): void {
  packPanelsOf(from, inputs, outputs, to, sums);
}

/** See {@link encodeText}. */
export function encode(encoder: usize, work: usize, ids: usize, tokens: i32): usize {
  return encodeText(changetype<Encoder>(encoder), changetype<Workspace>(work), ids, tokens);
}

/** `x · weights + bias` and a function of it, for up to BLOCK_ROWS rows. */
export function applyLinear(work: usize, linear: usize, from: usize, rows: i32, out: usize, residual: usize): void {
  quantizeAndApply(changetype<Workspace>(work), changetype<Linear>(linear), from, rows, out, residual);
}

/** See {@link attendTokens}. */
export function attend(work: usize, layer: usize, tokens: i32): void {
  attendTokens(changetype<Workspace>(work), changetype<Layer>(layer), tokens);
}

/** See {@link activateValues}. */
export function activate(kind: i32, values: usize, count: i32): void {
  activateValues(kind, values, count);
}

/** See {@link normalizeRowsOf}. */
export function normalizeRows(norm: usize, from: usize, to: usize, rows: i32, width: i32): void {
  normalizeRowsOf(changetype<Norm>(norm), from, to, rows, width);
}
