/** Puts the answers to a call's batches together. */
import { EmbeddingError } from '../../../errors/errors.js';
import type { BatchRows } from './embedding-api.js';

/** All rows, in the order of the parts. @throws EmbeddingError `invalid_reply` when the parts' widths differ. */
export function joinRows(parts: readonly BatchRows[], host: string): BatchRows {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const dimensions = first?.dimensions ?? 0;
  const other = parts.find((part) => part.dimensions !== dimensions);
  if (other) {
    const message = `Expected vectors of one width from ${host}, but got ${String(dimensions)} and ${String(other.dimensions)}.`;
    throw new EmbeddingError('invalid_reply', message);
  }
  const vectors = new Float32Array(parts.reduce((sum, part) => sum + part.vectors.length, 0));
  let end = 0;
  for (const part of parts) {
    vectors.set(part.vectors, end);
    end += part.vectors.length;
  }
  const totalTokens = addTokens(parts);
  return { vectors, dimensions, ...(totalTokens !== undefined && { totalTokens }) };
}

/** Undefined when one part doesn't tell: a sum of the others would look like all. */
function addTokens(parts: readonly BatchRows[]): number | undefined {
  let sum = 0;
  for (const { totalTokens } of parts) {
    if (totalTokens === undefined) return undefined;
    sum += totalTokens;
  }
  return sum;
}
