/** Texts by chance, and answers to them that are known by hand: for tests that break things meanwhile. */
import type { CreateEmbeddingResponse } from 'inpage-embeddings';
import { expect } from 'vitest';
import { expectVector, frame } from './expect-vector.js';
import { meanVector, unit, VOCABULARY } from './tiny-vectors.js';

/** A call of some texts under way. */
export interface SentRequest {
  readonly input: readonly string[];
  readonly answer: Promise<CreateEmbeddingResponse>;
}

/** One to `most` texts of two words that the tiny models know. */
export function pickTexts(random: () => number, most: number): string[] {
  const words = VOCABULARY.slice(4);
  const pick = (): string => words[Math.floor(random() * words.length)] ?? '';
  return Array.from({ length: 1 + Math.floor(random() * most) }, () => `${pick()} ${pick()}`);
}

/** Every answer has its own texts' vectors of `tests/mean`, in their order. */
export async function expectMeans(requests: readonly SentRequest[]): Promise<void> {
  for (const { input, answer } of requests) {
    const { data } = await answer;
    expect(data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
    for (const [index, text] of input.entries()) {
      expectVector(data[index]?.embedding, unit(meanVector(frame(text))));
    }
  }
}
