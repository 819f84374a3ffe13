/** Rows to OpenAI's response. */
import type { CreateEmbeddingResponse, Embedding } from '../../api/embeddings.js';
import type { EncodingFormat } from '../../api/vocabulary.js';
import type { EmbeddedRows } from '../../contract/target.js';
import { toBase64 } from '../../util/base64.js';
import { toBits, toInt8 } from './quantize-vector.js';

/** One vector as each format writes it. */
const ENCODE: Readonly<Record<EncodingFormat, (vector: Float32Array) => number[] | string>> = {
  float: (vector) => Array.from(vector),
  base64: encodeBase64,
  int8: toInt8,
  binary: toBits,
};

/** One vector as it is written in a response. */
export type ShapedEmbedding = Embedding | Embedding<string>;

/** The inputs of `rows` as a response has them; the first one's index is `start`. Keeps none of their buffers. */
export function shapeEmbeddings(
  rows: EmbeddedRows,
  start: number,
  format: EncodingFormat = 'float',
): ShapedEmbedding[] {
  const { dimensions, vectors, tokenCounts, truncated, unknownTokens } = rows;
  return Array.from({ length: vectors.length / dimensions }, (_, row) => ({
    object: 'embedding',
    index: start + row,
    embedding: ENCODE[format](vectors.subarray(row * dimensions, (row + 1) * dimensions)),
    ...(tokenCounts && { token_count: tokenCounts[row] }),
    ...(truncated && { truncated: truncated[row] === 1 }),
    ...(unknownTokens && { unknown_tokens: unknownTokens[row] }),
  })) as ShapedEmbedding[];
}

/** The response that holds `data`, which took `tokens`. */
export function shapeResponse(
  data: readonly ShapedEmbedding[],
  tokens: number,
  { space, prompt = '', provider, model }: Pick<EmbeddedRows, 'space' | 'prompt' | 'provider' | 'model'>,
): CreateEmbeddingResponse | CreateEmbeddingResponse<string> {
  return {
    object: 'list',
    data,
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    space,
    prompt,
    provider,
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
