/** Every vector of every provider passes here before anyone sees it. */
import { EmbeddingError } from '../../../errors/errors.js';
import { decodeVector } from './decode-vector.js';

/** One vector as it came. */
export interface ReplyRow {
  /** Numbers, or base64 of little-endian float32. */
  readonly embedding: unknown;
  /** Which input it belongs to; absent or null: its place. */
  readonly index?: unknown;
}

/** What the rows must be. */
export interface ExpectedRows {
  /** Named in errors. */
  readonly host: string;
  readonly count: number;
  /** The server's id of the request, for errors. */
  readonly requestId?: string | undefined;
  /** The width of every row; absent: that of the first. */
  readonly dimensions?: number;
}

/** Rows that can be used. */
export interface CheckedRows {
  /** `[count, dimensions]`, row-major, float32; finite, and no row is all zeros. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

/**
 * The rows in the order of their inputs.
 *
 * @throws EmbeddingError `invalid_reply` when there are more or fewer than inputs, an `index` is missing in some, doubled or
 *   out of range, widths differ, or a row holds anything but finite numbers, or only zeros.
 */
export function checkRows(rows: readonly ReplyRow[], expected: ExpectedRows): CheckedRows {
  const { count, dimensions } = expected;
  if (rows.length !== count) throw wrong(expected, `${String(count)} vectors`, String(rows.length));
  const ordered = putInOrder(rows, expected);
  let width = dimensions;
  let vectors = new Float32Array(0);
  ordered.forEach(({ embedding }, place) => {
    const decoded = decodeVector(embedding);
    const name = `vector ${String(place)}`;
    if ('wrong' in decoded) throw wrong(expected, `numbers as ${name}`, decoded.wrong);
    const { numbers } = decoded;
    width ??= numbers.length;
    if (numbers.length !== width) throw wrong(expected, `${String(width)} numbers in ${name}`, String(numbers.length));
    if (vectors.length === 0) vectors = new Float32Array(count * width);
    copyRow(numbers, vectors.subarray(place * width, (place + 1) * width), name, expected);
  });
  return { vectors, dimensions: width ?? 0 };
}

/** Rows all have an index, or none has. */
function putInOrder(rows: readonly ReplyRow[], expected: ExpectedRows): readonly ReplyRow[] {
  if (rows.every(({ index }) => index === undefined || index === null)) return rows;
  const ordered = new Map<number, ReplyRow>();
  for (const row of rows) {
    const { index } = row;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= rows.length) {
      throw wrong(expected, `an 'index' of 0 to ${String(rows.length - 1)} in each row`, 'another');
    }
    if (ordered.has(index)) throw wrong(expected, `each 'index' once`, `${String(index)} twice`);
    ordered.set(index, row);
  }
  return rows.map((row, place) => ordered.get(place) ?? row);
}

function copyRow(numbers: ArrayLike<unknown>, target: Float32Array, name: string, expected: ExpectedRows): void {
  let isZero = true;
  for (let place = 0; place < target.length; place += 1) {
    const value = numbers[place];
    // Rounded first: what is finite in JSON may be too large for float32, or too small to be told from zero.
    const rounded = typeof value === 'number' ? Math.fround(value) : NaN;
    if (!Number.isFinite(rounded)) throw wrong(expected, `finite numbers in ${name}`, 'something else');
    if (rounded !== 0) isZero = false;
    target[place] = rounded;
  }
  if (isZero) throw wrong(expected, `a direction in ${name}`, 'only zeros');
}

function wrong({ host, requestId }: ExpectedRows, what: string, came: string): EmbeddingError {
  const message = `Expected ${what} from ${host}, but got ${came}.`;
  return new EmbeddingError('invalid_reply', message, requestId === undefined ? {} : { requestId });
}
