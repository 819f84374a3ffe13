/** Shorter vectors, from models that were trained to put what matters most first. */
import { BadRequestError } from '../errors/errors.js';

/** Widths that vectors may be cut to: the listed ones, or every integer of a range, both ends included. */
export type Widths = readonly number[] | { readonly least: number; readonly most: number };

/** Whether a model offers vectors of this width, an integer. */
export function offersWidth(widths: Widths, width: number): boolean {
  return 'least' in widths ? width >= widths.least && width <= widths.most : widths.includes(width);
}

/** What is known of a model's widths. */
export interface ModelWidths {
  /** The model, for a message. */
  readonly model: string;
  /** The width of its vectors; absent where it isn't known yet. */
  readonly own?: number | undefined;
  /** Those it offers besides; absent where it isn't known to offer any. */
  readonly offered?: Widths | undefined;
}

/**
 * Refuses a width that a model doesn't offer: its own, and those its maker names. Where neither is known, any may be right.
 *
 * @throws BadRequestError `invalid_value` or `unsupported_parameter`; `param` is `dimensions`.
 */
export function checkWidth(width: number, { model, own, offered }: ModelWidths): void {
  if (width === own || (offered && offersWidth(offered, width)) || (own === undefined && !offered)) return;
  const message = offered
    ? `Expected 'dimensions' to be ${describeWidths(offered)}, but got ${String(width)}.`
    : `'${model}' isn't known as a Matryoshka model: its vectors have ${String(own)} numbers, but ${String(width)} were asked for. Leave 'dimensions' out.`;
  throw new BadRequestError(offered ? 'invalid_value' : 'unsupported_parameter', message, { param: 'dimensions' });
}

/** The widths in words, for a message. */
export function describeWidths(widths: Widths): string {
  return 'least' in widths ? `${String(widths.least)} to ${String(widths.most)}` : widths.join(', ');
}

/** How vectors are cut. */
export interface CutSettings {
  /**
   * Whether the mean of the whole row is taken off its numbers before they are cut, unless nothing is cut off. After scaling
   * that is the same as layer normalisation without weights, which nomic-embed-text-v1.5 asks for. @default false
   */
  readonly isCentered?: boolean;
  /** Whether what is left is scaled to unit length. @default true */
  readonly isScaled?: boolean;
}

/**
 * The first `to` numbers of every row, scaled to unit length; the length is computed in float64.
 *
 * A row that begins with `to` zeros stays zero. `vectors` isn't changed, and the result is a buffer of its own.
 *
 * @param vectors - `[rows, from]`, row-major, float32, of any length.
 * @returns `[rows, to]`, row-major, float32.
 * @throws BadRequestError `integer_above_max_value` when `to` is over `from`; `param` is `dimensions`.
 *
 * Source: Kusupati et al., "Matryoshka Representation Learning", 2022; model card of nomic-ai/nomic-embed-text-v1.5.
 */
export function cutDimensions(
  vectors: Float32Array,
  from: number,
  to: number,
  { isCentered = false, isScaled = true }: CutSettings = {},
): Float32Array<ArrayBuffer> {
  if (to > from) {
    const message = `Expected at most ${String(from)} in 'dimensions', but got ${String(to)}.`;
    throw new BadRequestError('integer_above_max_value', message, { param: 'dimensions' });
  }
  const rows = vectors.length / from;
  const cut = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    const whole = vectors.subarray(row * from, (row + 1) * from);
    const mean = isCentered && to < from ? whole.reduce((sum, value) => sum + value, 0) / from : 0;
    const first = Array.from(whole.subarray(0, to), (value) => value - mean);
    const length = isScaled ? Math.sqrt(first.reduce((sum, value) => sum + value * value, 0)) || 1 : 1;
    for (const [column, value] of first.entries()) cut[row * to + column] = value / length;
  }
  return cut;
}
