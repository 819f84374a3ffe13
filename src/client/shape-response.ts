/** Rows to OpenAI's response. Pure. */
import type { CreateEmbeddingResponse } from '../api/embeddings.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { EmbeddedRows } from '../contract/target.js';
import { toBase64 } from '../util/base64.js';
import { toBits, toInt8 } from './quantize-vector.js';

/** One vector as each format writes it. */
const ENCODE: Readonly<Record<EncodingFormat, (vector: Float32Array) => number[] | string>> = {
  float: (vector) => Array.from(vector),
  base64: encodeBase64,
  int8: toInt8,
  binary: toBits,
};

/** The response for `rows`, whose buffers it doesn't keep. */
export function shapeResponse(
  rows: EmbeddedRows,
  model: string,
  format: EncodingFormat,
): CreateEmbeddingResponse | CreateEmbeddingResponse<string> {
  const tokens = rows.tokenCounts.reduce((sum, count) => sum + count, 0);
  return {
    object: 'list',
    data: Array.from(rows.tokenCounts, (count, index) => ({
      object: 'embedding',
      index,
      embedding: ENCODE[format](rows.vectors.subarray(index * rows.dimensions, (index + 1) * rows.dimensions)),
      token_count: count,
      truncated: rows.truncated[index] === 1,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    space: rows.space,
    provider: rows.provider,
  } as CreateEmbeddingResponse | CreateEmbeddingResponse<string>;
}

/** Little-endian float32, whatever the byte order of this device. */
function encodeBase64(vector: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => {
    bytes.setFloat32(index * 4, value, true);
  });
  return toBase64(new Uint8Array(bytes.buffer));
}
