/** The search worker's side of its protocol: compares a query with rows, and finds the best of them. */
import type { PackedVectors } from '../../api/search.js';
import type { RowsShape, SearchAnswer, SearchRequest } from '../../ports/search-messages.js';
import { PlainRows, type HeldRows } from '../../vectors/scan/held-rows.js';
import { Ranking } from '../../vectors/scan/ranking.js';
import { SimdRows } from '../../vectors/scan/simd-rows.js';
import { compileSearchModule } from './search-module.js';

/** What a worker answers requests with, one after the other. */
export class SearchHost {
  readonly #module = compileSearchModule();
  #opened: { readonly shape: RowsShape; readonly rows: HeldRows; readonly passing: Ranking | undefined } | undefined;

  /** What it asks for. @throws Error for a request out of turn. */
  async answer(request: SearchRequest): Promise<SearchAnswer> {
    if (request.kind === 'open') {
      const { shape, room, passing } = request;
      const rows = (await openSimd(shape, room, await this.#module)) ?? new PlainRows(shape, room);
      if (passing) rows.setQuery(passing.query);
      this.#opened = { shape, rows, passing: passing && new Ranking(shape, passing.query, passing.most) };
      return {};
    }
    if (!this.#opened) throw new Error(`Expected 'open' before '${request.kind}'.`);
    const { shape, rows, passing } = this.#opened;
    switch (request.kind) {
      case 'write':
        rows.write(request.first, takeRows(request, shape));
        return { values: request.values };
      case 'find': {
        const ranking = new Ranking(shape, request.query, request.most);
        rows.setQuery(request.query);
        ranking.add(0, rows.compare(shape.rows));
        return { found: ranking.finish() };
      }
      case 'pass':
        rows.write(0, takeRows(request, shape));
        passing?.add(request.first, rows.compare(request.count));
        return { values: request.values };
      case 'finish':
        if (!passing) throw new Error("Expected 'open' with a query.");
        return { found: passing.finish() };
    }
  }
}

/** The values that are rows. */
function takeRows({ values, count }: { values: PackedVectors; count: number }, { width }: RowsShape): PackedVectors {
  return values.subarray(0, count * width);
}

/** Plain JavaScript gives the same numbers, so whatever keeps WASM from it, a search isn't lost. */
async function openSimd(
  shape: RowsShape,
  room: number,
  module: WebAssembly.Module | undefined,
): Promise<SimdRows | undefined> {
  try {
    return module && (await SimdRows.open(shape, room, module));
  } catch {
    return undefined;
  }
}
