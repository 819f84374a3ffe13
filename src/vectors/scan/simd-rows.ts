/** Rows in the memory of the search's WASM, compared four to sixteen numbers at a time. */
import type { PackedVectors } from '../../api/search.js';
import type { RowsShape, VectorFormat } from '../../ports/search-messages.js';
import type { HeldRows } from './held-rows.js';
import type { Comparison } from './ranking.js';

/** What `src/runtime/search/assembly/index.ts` exports. Addresses are in `memory`. */
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

/** Rows compared on SIMD. */
export class SimdRows implements HeldRows {
  readonly #shape: RowsShape;
  readonly #exports: SearchExports;
  /** Where the query, the results and the rows begin; the query is as long as numbers of 4 bytes would make it. */
  readonly #at: { readonly query: number; readonly values: number; readonly squares: number; readonly rows: number };

  private constructor(shape: RowsShape, room: number, exports: SearchExports) {
    const { width, format } = shape;
    const query = align(exports.firstFree());
    const values = align(query + width * 4 + SLACK);
    const squares = align(values + room * 4);
    const first = align(squares + room * 4);
    const end = first + room * width * BYTES_A_NUMBER[format] + SLACK;
    const missing = Math.ceil((end - exports.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) exports.memory.grow(missing);
    this.#shape = shape;
    this.#exports = exports;
    this.#at = { query, values, squares, rows: first };
  }

  /**
   * @param room - how many rows there is room for.
   * @throws where there is no memory for the rows.
   */
  static async open(shape: RowsShape, room: number, module: WebAssembly.Module): Promise<SimdRows> {
    const { exports } = await WebAssembly.instantiate(module, {});
    // Our own build, whose exports the type lists.
    return new SimdRows(shape, room, exports as unknown as SearchExports);
  }

  write(first: number, values: PackedVectors): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const rowBytes = this.#shape.width * values.BYTES_PER_ELEMENT;
    new Uint8Array(this.#exports.memory.buffer).set(bytes, this.#at.rows + first * rowBytes);
  }

  setQuery(query: PackedVectors): void {
    const { buffer } = this.#exports.memory;
    const { query: at } = this.#at;
    const { format, width } = this.#shape;
    new Uint8Array(buffer, at, width * 4 + SLACK).fill(0);
    if (format === 'float') new Float32Array(buffer, at).set(query);
    else if (format === 'binary') new Uint8Array(buffer, at).set(query);
    else new Int16Array(buffer, at).set(query);
  }

  compare(count: number): Comparison {
    const { memory } = this.#exports;
    const { format, width } = this.#shape;
    const at = this.#at;
    if (format === 'float') {
      this.#exports.scoreFloats(at.query, at.rows, count, width, at.values);
      return { values: new Float32Array(memory.buffer, at.values, count) };
    }
    const values = new Int32Array(memory.buffer, at.values, count);
    if (format === 'binary') {
      this.#exports.countDifferences(at.query, at.rows, count, width, at.values);
      return { values };
    }
    this.#exports.scoreIntegers(at.query, at.rows, count, width, at.values, at.squares);
    return { values, squares: new Int32Array(memory.buffer, at.squares, count) };
  }
}

/** The next address that any kind of number may stand at. */
function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
