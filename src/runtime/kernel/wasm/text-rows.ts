/** Which rows of its tables a text takes. */
import type { PositionTable } from '../encoder.js';
import { EmbeddingError } from '../../../errors/errors.js';

/** Which row of the position table a token takes. */
export type PositionRule = Omit<PositionTable, 'values'>;

/**
 * Fills `rows`, i32 `[2 · ids.length]`, with the rows of the token table and then those of the position table.
 *
 * @throws EmbeddingError `internal` for an id that the table has no row for.
 */
export function findRows(
  vocabularySize: number,
  { offset, paddingId }: PositionRule,
  ids: readonly number[],
  rows: Int32Array,
): void {
  let position = offset;
  ids.forEach((id, index) => {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabularySize)) {
      throw new EmbeddingError(
        'internal',
        `Expected token ids under ${String(vocabularySize)}, but got ${String(id)}.`,
      );
    }
    const isPadding = id === paddingId;
    rows[index] = id;
    rows[ids.length + index] = isPadding ? id : position;
    if (!isPadding) position++;
  });
}

/** @throws EmbeddingError `internal` for a text that is empty or longer than there is room for. */
export function checkLength(tokens: number, most: number): void {
  if (tokens > 0 && tokens <= most) return;
  const message = `Expected 1 to ${String(most)} tokens for the kernel, but got ${String(tokens)}.`;
  throw new EmbeddingError('internal', message);
}
