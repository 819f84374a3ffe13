/** The numbers of weights, as the file means them. */
import { joinScales, shapeOf, type Weights } from './weights.js';

/** Rows or columns of a matrix as stored. */
export type Groups = 'rows' | 'columns';

/** The zero point of one number, by its place as stored. */
export function zeroAt({ zero }: Weights, row: number, column: number): number {
  if (!zero) return 0;
  return zero.values[zero.along === 'all' ? 0 : zero.along === 'rows' ? row : column] ?? 0;
}

/** What a number of the file is worth, by its place as stored. */
export function createReader(weights: Weights): (value: number, row: number, column: number) => number {
  const { rows, columns } = joinScales(weights);
  return (value, row, column) => (value - zeroAt(weights, row, column)) * (rows[row] ?? 1) * (columns[column] ?? 1);
}

/** Calls `see` for every number of the chosen groups, with its place in the matrix that is meant. */
export function visitWeights(
  { codes, isTransposed }: Weights,
  groups: Groups,
  chosen: readonly number[],
  see: (value: number, to: number, row: number, column: number, group: number) => void,
): void {
  const [rows = 0, columns = 0] = codes.dims;
  const places = new Int32Array(groups === 'rows' ? rows : columns).fill(-1);
  chosen.forEach((group, place) => {
    places[group] = place;
  });
  const width = groups === 'columns' ? chosen.length : columns;
  const height = groups === 'rows' ? chosen.length : rows;
  for (let row = 0; row < rows; row++) {
    const values = codes.read(row * columns, (row + 1) * columns);
    const rowPlace = groups === 'rows' ? (places[row] ?? -1) : row;
    if (rowPlace < 0) continue;
    for (let column = 0; column < columns; column++) {
      const columnPlace = groups === 'columns' ? (places[column] ?? -1) : column;
      if (columnPlace < 0) continue;
      const to = isTransposed ? columnPlace * height + rowPlace : rowPlace * width + columnPlace;
      see(values[column] ?? 0, to, row, column, groups === 'rows' ? rowPlace : columnPlace);
    }
  }
}

/** Chosen columns of the matrix that is meant, f32 `[rows, chosen.length]`, each times its number of `gain`. */
export function readColumns(weights: Weights, chosen: readonly number[], gain: Float64Array): Float32Array {
  const [rows, all] = shapeOf(weights);
  const { rows: ofRows, columns: ofColumns } = joinScales(weights);
  const [ofInputs, ofOutputs] = weights.isTransposed ? [ofColumns, ofRows] : [ofRows, ofColumns];
  const factors = Float64Array.from(chosen, (column) => (ofOutputs[column] ?? 1) * (gain[column] ?? 0));
  const out = new Float32Array(rows * chosen.length);
  const isWhole = chosen.length === all && chosen.every((column, at) => column === at);
  const { codes, zero, isTransposed } = weights;
  const isPlain = isWhole && !isTransposed && !zero && codes.type === 'int8';
  if (isPlain) scaleBytes(codes.data as Int8Array, ofInputs, factors, out);
  else copyColumns(weights, chosen, ofInputs, factors, out);
  return out;
}

/** What most files have: read while someone waits, so that nothing is looked up that is the same for all. */
function scaleBytes(bytes: Int8Array, ofRows: Float64Array, ofColumns: Float64Array, out: Float32Array): void {
  const width = ofColumns.length;
  ofRows.forEach((scale, row) => {
    const start = row * width;
    for (let at = 0; at < width; at++) out[start + at] = (bytes[start + at] ?? 0) * scale * (ofColumns[at] ?? 0);
  });
}

function copyColumns(
  weights: Weights,
  chosen: readonly number[],
  ofInputs: Float64Array,
  factors: Float64Array,
  out: Float32Array,
): void {
  const { codes, isTransposed } = weights;
  const [height = 0, width = 0] = codes.dims;
  const [count, read] = [chosen.length, (row: number) => codes.read(row * width, (row + 1) * width)];
  if (isTransposed) {
    chosen.forEach((row, at) => {
      const values = read(row);
      const factor = factors[at] ?? 0;
      for (let input = 0; input < width; input++) {
        const level = (values[input] ?? 0) - zeroAt(weights, row, input);
        out[input * count + at] = level * factor * (ofInputs[input] ?? 1);
      }
    });
    return;
  }
  for (let row = 0; row < height; row++) {
    const values = read(row);
    const scale = ofInputs[row] ?? 1;
    for (let at = 0; at < count; at++) {
      const column = chosen[at] ?? 0;
      out[row * count + at] = ((values[column] ?? 0) - zeroAt(weights, row, column)) * scale * (factors[at] ?? 0);
    }
  }
}

/** One row of the matrix that is meant, f32. */
export function readRow(weights: Weights, row: number): Float32Array {
  const { codes, isTransposed } = weights;
  const [, width] = shapeOf(weights);
  const worth = createReader(weights);
  if (!isTransposed) {
    const values = codes.read(row * width, (row + 1) * width);
    return Float32Array.from({ length: width }, (_, at) => worth(values[at] ?? 0, row, at));
  }
  const [, stride = 1] = codes.dims;
  return Float32Array.from({ length: width }, (_, at) =>
    worth(codes.read(at * stride + row, at * stride + row + 1)[0] ?? 0, at, row),
  );
}
