import { describe, expect, test } from 'vitest';
import { redact } from '../../../../../src/targets/remote/http/redact.js';

const KEY = 'sk-proj-Abcd1234Efgh5678';
const TEXT = 'My diary: on Tuesday I met the person whose name nobody may ever read.';

describe('redact', () => {
  test('leaves harmless words as they are', () => {
    const words = 'This model takes at most 8192 tokens, but 9001 were given.';
    expect(redact(words, { key: KEY, texts: [TEXT] })).toBe(words);
  });

  test.each([
    ['whole', `Incorrect API key provided: ${KEY}.`],
    ['its beginning', `key ${KEY.slice(0, 12)}… is unknown`],
    ['its end', `key …${KEY.slice(-8)} is unknown`],
    ['masked', `key sk-pr***************5678 is unknown`],
    ['twice', `${KEY} ${KEY}`],
  ])('takes the key out, %s', (_what, words) => {
    const result = redact(words, { key: KEY, texts: [] });
    expect(result).toContain('[…]');
    expect(result).not.toMatch(/Abcd|Efgh|5678/);
  });

  test.each([
    ['whole', `invalid input: '${TEXT}'`],
    ['cut', `invalid input: '${TEXT.slice(0, 30)}...'`],
    ['its end', `invalid input: '...${TEXT.slice(20)}'`],
    ['its middle', `bad ${TEXT.slice(12, 45)} bad`],
    ['twice', `${TEXT} and ${TEXT}`],
  ])('takes a text out, %s', (_what, words) => {
    expect(redact(words, { texts: ['another', TEXT] })).not.toMatch(/diary|Tuesday|person|nobody/);
  });

  test.each([
    ['quoted in JSON', JSON.stringify(JSON.stringify(['She said "marzipan" and\nthen left']))],
    ['in capitals', 'SHE SAID "MARZIPAN" AND THEN LEFT is refused'],
    ['in a URL', `bad ${encodeURIComponent('She said "marzipan" and\nthen left')}`],
    ['with other punctuation', 'she said, marzipan: and then; left'],
  ])('takes a text out, %s', (_what, words) => {
    const result = redact(words, { texts: ['She said "marzipan" and\nthen left'] });
    expect(result).not.toMatch(/marzipan|left/i);
    expect(result).toContain('[…]');
  });

  test.each([
    ["can't embed 'hi' at all", 'hi', "can't embed '[…]' at all"],
    ['this is high', 'hi', 'this is high'],
    ['got a+ here', 'a+', 'got […] here'],
    ['got pin 7391!', '7391', 'got pin […]!'],
  ])('takes a short text out of %j', (words, text, result) => {
    expect(redact(words, { texts: [text] })).toBe(result);
  });

  test('takes a key that is only a letter out where it stands alone', () => {
    expect(redact("key 'k' is blocked", { key: 'k', texts: [] })).toBe("key '[…]' is blocked");
  });

  test('takes out token ids and vectors', () => {
    expect(redact('input [101, 2023, 2003, 102] is wrong', { texts: [] })).toBe('input [[…]] is wrong');
    expect(redact('got 0.5, -1e-7, 2, 3', { texts: [] })).toBe('got […]');
  });

  test('cuts what is too long, after taking out', () => {
    const result = redact(`${'x'.repeat(290)} ${TEXT}`, { texts: [TEXT] });
    expect(result.length).toBeLessThanOrEqual(300);
    expect(result).not.toContain('diary');
    expect(redact('word '.repeat(500), { texts: [] })).toHaveLength(300);
  });

  test('ignores texts of blanks', () => {
    expect(redact('a b', { texts: [' ', ''] })).toBe('a b');
  });
});
