/** Vectors by the type of what came, whatever was asked for. */

/** The numbers of one vector, or in words what is wrong with it. */
export type Decoded = { readonly numbers: ArrayLike<unknown> } | { readonly wrong: string };

const FLOAT_BYTES = 4;

/**
 * An array is taken as numbers, which aren't checked yet; a string as base64 of little-endian float32.
 *
 * Asking for one and trusting to get it is how quarter-length vectors of zeros are made. Source: openai-node issue 1542.
 */
export function decodeVector(embedding: unknown): Decoded {
  if (Array.isArray(embedding)) return embedding.length === 0 ? { wrong: 'an empty array' } : { numbers: embedding };
  if (typeof embedding !== 'string') return { wrong: 'neither an array nor base64' };
  const binary = decodeBase64(embedding);
  if (binary === undefined) return { wrong: 'a string that is no base64' };
  if (binary.length === 0 || binary.length % FLOAT_BYTES !== 0) {
    return { wrong: `base64 of ${String(binary.length)} bytes, which is no number of float32 values` };
  }
  const view = new DataView(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)).buffer);
  const numbers = new Float32Array(binary.length / FLOAT_BYTES);
  numbers.forEach((_, index) => (numbers[index] = view.getFloat32(index * FLOAT_BYTES, true)));
  return { numbers };
}

/** One character a byte. */
function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
