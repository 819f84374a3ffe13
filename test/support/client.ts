/** What the browser tests share. */
import { EmbeddingClient, type EmbeddingClientOptions } from 'inpage-embeddings';
import { onTestFinished } from 'vitest';
import fixture from '../fixtures/universal-sentence-encoder-lite.json' with { type: 'json' };

export { catchRejection } from './catch-error.js';

/** The bundled model as TensorFlow.js computes it. */
export interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vector: Float32Array;
}

/** A client that is disposed of when the test ends. */
export function startClient(options?: EmbeddingClientOptions): EmbeddingClient {
  const client = new EmbeddingClient(options);
  onTestFinished(() => {
    client.dispose();
  });
  return client;
}

/** The 48 reference texts of the bundled model. */
export function readReferences(): Reference[] {
  return fixture.items.map(({ text, ids, vector }) => ({ text, ids, vector: decodeFloats(vector) }));
}

/** The float32 numbers in base64 of little-endian bytes. */
export function decodeFloats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
}

/** The cosine of two vectors of any length. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? 0;
    const y = b[index] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return dot / Math.sqrt(squaresA * squaresB);
}
