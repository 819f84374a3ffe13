/** Tables of plain text. */

/** Pads cells to their column: those `isText` names to the left, the others to the right as numbers are. */
export function alignColumns(
  table: readonly (readonly string[])[],
  isText: (column: number) => boolean = (column) => column === 0,
): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Milliseconds as a cell; an empty one for NaN. */
export function formatMs(elapsedMs: number): string {
  if (Number.isNaN(elapsedMs)) return '';
  return elapsedMs < 100 ? elapsedMs.toFixed(1) : elapsedMs.toFixed(0);
}
