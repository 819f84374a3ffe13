/** Rows in the memory of `kernel/search`, compared four to sixteen numbers at a time. */
import type { PackedVectors } from '../api/search.js';
import type { RowsShape, VectorFormat } from '../protocol/search-messages.js';
import type { Comparison } from './rank-rows.js';

/** What `kernel/search/index.ts` exports. Addresses are in `memory`. */
interface SearchExports {
  readonly memory: WebAssembly.Memory;
  firstFree(): number;
  scoreFloats(query: number, rows: number, count: number, width: number, scores: number): void;
  scoreIntegers(query: number, rows: number, count: number, width: number, dots: number, squares: number): void;
  countDifferences(query: number, rows: number, count: number, width: number, distances: number): void;
}

/** Loads are of 16 bytes, and two of them are at most beyond a row. */
const SLACK = 32;
/** Source: WebAssembly core specification, "Memory types". */
const PAGE_BYTES = 65_536;

const BYTES_A_NUMBER: Readonly<Record<VectorFormat, number>> = { float: 4, int8: 1, binary: 1 };

/** Rows of one shape, which are zero until they are written. */
export class SimdRows {
  readonly #shape: RowsShape;
  readonly #exports: SearchExports;
  /** Where the query, the results and the rows begin; the query is as long as numbers of 4 bytes would make it. */
  readonly #at: { readonly query: number; readonly values: number; readonly squares: number; readonly rows: number };

  private constructor(shape: RowsShape, exports: SearchExports) {
    const { rows, width, format } = shape;
    const query = align(exports.firstFree());
    const values = align(query + width * 4 + SLACK);
    const squares = align(values + rows * 4);
    const first = align(squares + rows * 4);
    const end = first + rows * width * BYTES_A_NUMBER[format] + SLACK;
    const missing = Math.ceil((end - exports.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) exports.memory.grow(missing);
    this.#shape = shape;
    this.#exports = exports;
    this.#at = { query, values, squares, rows: first };
  }

  /** @throws where this engine refuses the module, as those without SIMD do, or has no memory for the rows. */
  static async open(shape: RowsShape, wasm: BufferSource): Promise<SimdRows> {
    const { instance } = await WebAssembly.instantiate(wasm, {});
    // Our own build, whose exports the type lists.
    return new SimdRows(shape, instance.exports as unknown as SearchExports);
  }

  /** Copies numbers of the rows in, from position `start` on. */
  write(start: number, values: PackedVectors): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, this.#at.rows + start * values.BYTES_PER_ELEMENT);
  }

  /** What a query of the rows' format and width has in common with each row. Valid until the next one. */
  compare(query: PackedVectors): Comparison {
    const { format, rows, width } = this.#shape;
    const { memory } = this.#exports;
    const at = this.#at;
    new Uint8Array(memory.buffer, at.query, width * 4 + SLACK).fill(0);
    if (format === 'float') {
      new Float32Array(memory.buffer, at.query).set(query);
      this.#exports.scoreFloats(at.query, at.rows, rows, width, at.values);
      return { values: new Float32Array(memory.buffer, at.values, rows) };
    }
    const values = new Int32Array(memory.buffer, at.values, rows);
    if (format === 'binary') {
      new Uint8Array(memory.buffer, at.query).set(query);
      this.#exports.countDifferences(at.query, at.rows, rows, width, at.values);
      return { values };
    }
    new Int16Array(memory.buffer, at.query).set(query);
    this.#exports.scoreIntegers(at.query, at.rows, rows, width, at.values, at.squares);
    return { values, squares: new Int32Array(memory.buffer, at.squares, rows) };
  }
}

/** The next address that any kind of number may stand at. */
function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
