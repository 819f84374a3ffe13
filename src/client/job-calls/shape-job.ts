/** What came of a job's inputs to its output. */
import type { FailedEmbedding, JobOutput } from '../../api/jobs.js';
import type { EncodingFormat } from '../../api/vocabulary.js';
import type { EmbeddedRows } from '../../contract/target.js';
import { EmbeddingError } from '../../errors/errors.js';
import { isRows, type StoredPart } from '../../jobs/stored-part.js';
import { shapeEmbeddings, shapeResponse, type ShapedEmbedding } from '../calls/shape-response.js';

/** The output that has every part's inputs, which are shaped as they come. */
export async function collectJobOutput(parts: AsyncIterable<StoredPart>, format: EncodingFormat): Promise<JobOutput> {
  const data: (ShapedEmbedding | FailedEmbedding)[] = [];
  let tokens = 0;
  let last: EmbeddedRows | undefined;
  for await (const part of parts) {
    for (const piece of part) {
      if (isRows(piece)) {
        // Not by spreading: a call takes only so many arguments.
        for (const embedding of shapeEmbeddings(piece, data.length, format)) data.push(embedding);
        tokens += piece.totalTokens;
        last = piece;
      } else {
        const index = data.length;
        const error = { code: piece.code, message: piece.message, param: `input[${String(index)}]` };
        data.push({ object: 'embedding', index, embedding: null, error });
      }
    }
  }
  if (!last) throw new EmbeddingError('internal', 'Expected rows, but none came.');
  return { ...shapeResponse([], tokens, last), data } as JobOutput;
}
