/** Chunks over tokenizers made up for it, some of which count joined texts otherwise than their parts. */
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChunkOptions, TextChunk } from '../../../src/api/chunks.js';
import { chunkText } from '../../../src/chunk/chunk-text.js';
import type { CountTokens } from '../../../src/contract/target.js';

const FRAME = 2;
const MODEL_LIMIT = 24;

/** Text → tokens without the frame. */
const TOKENIZERS: Readonly<Record<string, (text: string) => number>> = {
  'words and marks': (text) => text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0,
  'code points': (text) => Array.from(text).length,
  // Joined texts have more tokens than their parts, which the chunker can't know beforehand.
  'one more for each 15 characters': (text) => (text.match(/\S+/g)?.length ?? 0) + Math.floor(text.length / 15),
  // Joined texts have fewer, as a leading space is a token.
  'a space in front': (text) => (text.match(/\S+/g)?.length ?? 0) + 1,
};

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'A dog barks. ',
        'Rain! ',
        'Is it? ',
        '\n\n',
        '  ',
        'supercalifragilistic ',
        'one two three four ',
      ),
      fc.constantFrom('👨‍👩‍👧‍👦', 'e\u0301', '日本語の文です。', '\u{1F1E9}\u{1F1EA}', 'नमस्ते ', '\r\n', '\ud800'),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

interface Counting {
  readonly countTokens: CountTokens;
  readonly characters: () => number;
}

function counting(tokenize: (text: string) => number): Counting {
  let characters = 0;
  return {
    countTokens: ({ texts }) => {
      characters += texts.reduce((sum, { length }) => sum + length, 0);
      const counts = Uint32Array.from(texts, (text) => tokenize(text) + FRAME);
      return Promise.resolve({ counts, frame: FRAME, maxTokens: MODEL_LIMIT });
    },
    characters: () => characters,
  };
}

function chunk(text: string, options: ChunkOptions = {}): Promise<TextChunk[]> {
  return chunkText(text, options, counting(TOKENIZERS['words and marks'] ?? (() => 0)).countTokens);
}

function boundaries(text: string): Set<number> {
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  return new Set([...segments].map(({ index }) => index).concat(text.length));
}

describe.each(Object.entries(TOKENIZERS))('counting %s', (_, tokenize) => {
  test('covers every character, within the limit, at the bounds of graphemes', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat({ max: 8 }), async (text, overlapTokens) => {
        const chunks = await chunkText(text, { overlapTokens }, counting(tokenize).countTokens);
        const bounds = boundaries(text);
        let covered = 0;
        for (const { start, end, text: part, tokenCount } of chunks) {
          expect(part).toBe(text.slice(start, end));
          expect(tokenCount).toBe(tokenize(part) + FRAME);
          expect(tokenCount).toBeLessThanOrEqual(MODEL_LIMIT);
          expect(bounds).toContain(start);
          expect(bounds).toContain(end);
          expect(start).toBeLessThanOrEqual(covered);
          expect(end).toBeGreaterThan(covered);
          covered = end;
        }
        expect(covered).toBe(text.length);
      }),
    );
  });

  test('counts a long text few times over', async () => {
    const text = Array.from({ length: 2000 }, (__, index) => `Sentence number ${index} is here. `).join('');
    const { countTokens, characters } = counting(tokenize);
    await chunkText(text, {}, countTokens);
    expect(characters()).toBeLessThan(text.length * 6);
  });
});

describe('chunkText', () => {
  test('ends chunks at sentences, and puts as many into each as fit', async () => {
    const text = 'The cat sat on the mat. The dog lay in the sun. It was a very fine day. Then came the rain.';
    expect((await chunk(text, { maxTokens: 17, overlapTokens: 0 })).map((part) => part.text)).toEqual([
      'The cat sat on the mat. The dog lay in the sun. ',
      'It was a very fine day. Then came the rain.',
    ]);
  });

  test('repeats whole sentences that fit the overlap', async () => {
    const text = 'The cat sat on the mat. It slept. The dog lay in the sun. Nobody came.';
    const parts = (await chunk(text, { maxTokens: 12, overlapTokens: 3 })).map((part) => part.text);
    expect(parts).toEqual([
      'The cat sat on the mat. It slept. ',
      'It slept. The dog lay in the sun. ',
      // The sentence before it has more tokens than may be repeated.
      'Nobody came.',
    ]);
  });

  test('splits a sentence over the limit between words, which are repeated too', async () => {
    const text = 'one two three four five six seven eight nine ten';
    const parts = await chunk(text, { maxTokens: 6, overlapTokens: 1 });
    expect(parts.map((part) => part.text)).toEqual([
      'one two three four ',
      'four five six seven ',
      'seven eight nine ten',
    ]);
  });

  test('is empty for no text, and one chunk for white space', async () => {
    expect(await chunk('')).toEqual([]);
    expect(await chunk(' \n ')).toEqual([{ text: ' \n ', start: 0, end: 3, tokenCount: FRAME }]);
  });

  test.each([
    [{ maxTokens: MODEL_LIMIT + 1 }, 'integer_above_max_value', 'maxTokens'],
    [{ maxTokens: FRAME }, 'integer_below_min_value', 'maxTokens'],
    [{ maxTokens: 10, overlapTokens: 8 }, 'integer_above_max_value', 'overlapTokens'],
    [{ locale: 'not a language' }, 'invalid_value', 'locale'],
  ])('refuses %j', async (options, code, param) => {
    await expect(chunk('Some text.', options)).rejects.toMatchObject({ name: 'BadRequestError', code, param });
  });

  test('says what is missing where the browser knows no sentences', async () => {
    vi.stubGlobal('Intl', {});
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    await expect(chunk('Some text.')).rejects.toMatchObject({
      code: 'device_unsupported',
      message: expect.stringContaining('Intl.Segmenter') as string,
    });
  });

  test('refuses a grapheme that fits no chunk', async () => {
    const chunking = chunkText(
      'a👨‍👩‍👧‍👦',
      { maxTokens: 4, overlapTokens: 0 },
      counting((text) => Array.from(text).length).countTokens,
    );
    await expect(chunking).rejects.toMatchObject({ code: 'context_length_exceeded', param: 'text' });
  });
});
