/** The search worker's side of its protocol: holds one set of rows, and finds the best of them. */
import type { PackedVectors } from '../api/search.js';
import type { RowsShape, SearchReply, SearchRequest } from '../protocol/search-messages.js';
import { comparePlainly } from '../scan/compare-plainly.js';
import { rankRows, type Comparison } from '../scan/rank-rows.js';
import { SimdRows } from '../scan/simd-rows.js';

/** Rows that can be filled and compared with. */
interface HeldRows {
  write(start: number, values: PackedVectors): void;
  compare(query: PackedVectors): Comparison;
}

/** What a worker answers requests with, one after the other. */
export class SearchHost {
  #shape: RowsShape | undefined;
  #rows: HeldRows | undefined;

  /** The reply, without its number. */
  async answer(request: SearchRequest): Promise<Omit<SearchReply, 'id'>> {
    if (request.kind === 'open') {
      const { shape, wasmUrl } = request;
      const simd = await openSimd(shape, wasmUrl);
      this.#shape = shape;
      this.#rows = simd ?? openPlainly(shape);
      return { usesSimd: simd !== undefined };
    }
    if (!this.#shape || !this.#rows) throw new Error(`Expected 'open' before '${request.kind}'.`);
    if (request.kind === 'find') {
      const { query, most } = request;
      return { found: rankRows(this.#shape, query, this.#rows.compare(query), most) };
    }
    this.#rows.write(request.start, request.values);
    return {};
  }
}

/** Plain JavaScript gives the same numbers, so whatever keeps WASM from it, a search isn't lost. */
async function openSimd(shape: RowsShape, wasmUrl: string): Promise<SimdRows | undefined> {
  try {
    return await SimdRows.open(shape, await (await fetch(wasmUrl)).arrayBuffer());
  } catch {
    return undefined;
  }
}

function openPlainly({ format, rows, width }: RowsShape): HeldRows {
  const length = rows * width;
  const vectors =
    format === 'float' ? new Float32Array(length) : format === 'int8' ? new Int8Array(length) : new Uint8Array(length);
  return {
    write: (start, values) => {
      vectors.set(values, start);
    },
    compare: (query) => comparePlainly(format, query, vectors),
  };
}
