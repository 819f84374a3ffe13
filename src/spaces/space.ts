/** The identity of a vector space. */

/** What makes vectors comparable. The weights' dtype and the device aren't part of it. */
export interface SpaceParts {
  /** The model's canonical name, so that copies of it on a hub share a space. */
  readonly model: string;
  readonly revision: string;
  readonly pooling: string;
  /** How long vectors are, in a word. */
  readonly scale: string;
  /** Those that aren't empty, by task. */
  readonly prompts: Readonly<Record<string, string>>;
  readonly dimensions: number;
}

/** A readable text that is equal for two vectors exactly when they may be compared. */
export function describeSpace({ model, revision, pooling, scale, prompts, dimensions }: SpaceParts): string {
  return [
    `${model}@${revision}`,
    `pooling=${pooling}`,
    `scale=${scale}`,
    `prompts=${describePrompts(prompts)}`,
    `dimensions=${String(dimensions)}`,
  ].join(';');
}

/** What a number format, and how far a graph was simplified, add to a file's name. Source: Optimum 1; sentence-transformers 5. */
const FORMAT =
  /(_(O[1-4]|optimized|quantized|fp32|fp16|float32|float16|q?u?int8|q8|q?int4|q4|q4f16|bnb4|avx2|avx512|vnni|arm64))+$/i;

/**
 * The part of a space's model that tells a named file from the model's usual ones; empty where it is one of these in another
 * number format.
 *
 * A repository may have several models, of which one commit says nothing; while the formats of one are one space.
 */
export function describeFile(file: string | undefined): string {
  const name = file?.replace(/\.onnx$/i, '').replace(FORMAT, '');
  return name === undefined || name === 'onnx/model' ? '' : `(${encodeURIComponent(name)})`;
}

function describePrompts(prompts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(prompts).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? 'none' : fingerprint(JSON.stringify(entries));
}

/** Eight hex digits of a text: FNV-1a, 32 bits. Source: RFC 9923. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
