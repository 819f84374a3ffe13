/** Refuses vectors and queries that don't fit each other, by name, before any work starts. */
import type { PackedVectors, QueryVector, VectorIndexOptions } from '../../api/search.js';
import { BadRequestError } from '../../errors/errors.js';
import type { RowsShape, VectorFormat } from '../../ports/search-messages.js';
import { checkInteger, checkKnown, checkObject, checkString, describe } from '../../util/check-value.js';

/** Above it a dot product of bytes may not fit 32 bits: 128 · 128 · 2¹⁷ = 2³¹. */
const MAX_DIMENSIONS = 131_071;

const FORMATS: Readonly<Record<string, VectorFormat>> = {
  Float32Array: 'float',
  Int8Array: 'int8',
  Uint8Array: 'binary',
};

const KINDS: Readonly<Record<VectorFormat, string>> = {
  float: 'a Float32Array',
  int8: 'an Int8Array',
  binary: 'a Uint8Array',
};

/** What a plain array's numbers have to be, and the typed array of them. */
const CONVERSIONS: Readonly<
  Record<
    VectorFormat,
    {
      readonly expected: string;
      readonly isFit: (value: number) => boolean;
      readonly convert: (values: readonly number[]) => PackedVectors;
    }
  >
> = {
  float: {
    expected: 'a finite number',
    isFit: (value) => Number.isFinite(Math.fround(value)),
    convert: (values) => Float32Array.from(values),
  },
  int8: {
    expected: 'an integer of -128 to 127',
    isFit: (value) => Number.isInteger(value) && value >= -128 && value <= 127,
    convert: (values) => Int8Array.from(values),
  },
  binary: {
    expected: 'a byte of 0 to 255',
    isFit: (value) => Number.isInteger(value) && value >= 0 && value <= 255,
    convert: (values) => Uint8Array.from(values),
  },
};

/** How the vectors lie, when they are rows of so many dimensions. @throws BadRequestError. */
export function checkVectors(vectors: unknown, dimensions: number): RowsShape {
  const format = formatOf(vectors);
  if (format === undefined) {
    throw wrong('invalid_type', 'vectors', `Expected ${Object.values(KINDS).join(', ')}`, describe(vectors));
  }
  checkInteger('dimensions', dimensions, 1);
  if (dimensions > MAX_DIMENSIONS) {
    throw wrong('integer_above_max_value', 'dimensions', `Expected at most ${MAX_DIMENSIONS}`, dimensions);
  }
  const { length } = vectors as PackedVectors;
  const width = format === 'binary' ? Math.ceil(dimensions / 8) : dimensions;
  if (length % width === 0) return { format, rows: length / width, width, dimensions };
  throw wrong(
    'invalid_value',
    'vectors',
    `Expected rows of ${width} numbers`,
    `${length} numbers, ${length % width} too many`,
  );
}

/** The query as a typed array of the rows' format. @throws BadRequestError. */
export function checkQuery(query: QueryVector, { format, width }: RowsShape): PackedVectors {
  const isPlain = Array.isArray(query);
  if (!isPlain && formatOf(query) !== format) {
    throw wrong('invalid_type', 'query', `Expected ${KINDS[format]} as the vectors are, or an array`, kindOf(query));
  }
  if (query.length !== width) {
    throw wrong('invalid_value', 'query', `Expected ${width} numbers`, `${query.length}`);
  }
  const { expected, isFit, convert } = CONVERSIONS[format];
  // Holes of a sparse array are seen by this loop alone.
  for (let column = 0; column < width; column++) {
    const value: unknown = query[column];
    if (typeof value === 'number' && isFit(value)) continue;
    const came = typeof value === 'number' ? value : describe(value);
    throw wrong('invalid_value', `query`, `Expected ${expected} at ${column}`, came);
  }
  return isPlain ? convert(query) : (query as PackedVectors);
}

/** Refuses unknown options, and an array that can't be handed over. @throws BadRequestError. */
export function checkIndexOptions(options: VectorIndexOptions, vectors: unknown): void {
  checkObject(options, 'the options');
  checkKnown(options, { dimensions: true, transfer: true, idleTimeoutMs: true, assetsUrl: true }, 'option');
  checkString('assetsUrl', options.assetsUrl);
  if (options.idleTimeoutMs !== undefined) checkInteger('idleTimeoutMs', options.idleTimeoutMs, 0);
  const { transfer } = options;
  if (transfer !== undefined && typeof transfer !== 'boolean') {
    throw wrong('invalid_type', 'transfer', 'Expected true or false', describe(transfer));
  }
  if (transfer !== true || !ArrayBuffer.isView(vectors)) return;
  if (vectors.buffer instanceof ArrayBuffer && vectors.buffer.byteLength === vectors.byteLength) return;
  const message = `Expected an array that is all of its buffer, which isn't shared, to hand it over. Leave 'transfer' out, or pass a copy.`;
  throw new BadRequestError('invalid_value', message, { param: 'transfer' });
}

/** A row of the vectors that isn't in any order. */
export function notFinite(row: number): BadRequestError {
  const message = `Expected finite numbers in 'vectors', but row ${row} has one that isn't, or numbers too large to multiply.`;
  return new BadRequestError('invalid_value', message, { param: 'vectors' });
}

/** What packed vectors are, by the array's name, which holds for arrays of another realm as well. */
export function formatOf(value: unknown): VectorFormat | undefined {
  return ArrayBuffer.isView(value) ? FORMATS[kindOf(value)] : undefined;
}

function kindOf(value: unknown): string {
  return ArrayBuffer.isView(value) ? Object.prototype.toString.call(value).slice(8, -1) : describe(value);
}

function wrong(
  code: 'invalid_type' | 'invalid_value' | 'integer_above_max_value',
  param: string,
  expected: string,
  came: string | number,
): BadRequestError {
  return new BadRequestError(code, `${expected} in '${param}', but got ${came}.`, { param });
}
