import { describe, expect, test } from 'vitest';
import { describeShape } from '../../../../../src/targets/remote/http/describe-shape.js';
import { readAnyShape, readList, readTotalTokens } from '../../../../../src/targets/remote/http/read-reply.js';

describe('readAnyShape', () => {
  const list = { object: 'list', data: [{ embedding: [1, 2], index: 0 }] };
  test.each<[what: string, body: unknown]>([
    ["OpenAI's list", list],
    ["Nugen's", { id: 'a', object: 'embedding', created: 1.5, data: [{ object: 'embedding', embedding: [1, 2] }] }],
    ['embedding with numbers', { embedding: [1, 2] }],
    ['embeddings with one vector', { embeddings: [[1, 2]] }],
    ['data with numbers', { data: [1, 2] }],
    ['data with a vector', { data: [[1, 2]] }],
    ['output with a vector', { status: 'COMPLETED', output: [1, 2], metrics: { inference_time: 1 } }],
    ['output with vectors', { output: [[1, 2]] }],
    ['output with a list', { output: list }],
    ['output as JSON in a string', { output: '{"embedding": [1, 2]}' }],
    ['numbers alone', [1, 2]],
    ['vectors alone', [[1, 2]]],
    ["Google's embedding", { embedding: { values: [1, 2] } }],
    ["Google's embeddings", { embeddings: [{ values: [1, 2] }] }],
    ["Google's predictions", { predictions: [{ embeddings: { values: [1, 2], statistics: { token_count: 3 } } }] }],
  ])('finds the vector in %s', (_what, body) => {
    expect(readAnyShape(body)).toMatchObject([{ embedding: [1, 2] }]);
  });

  test('finds every vector, with its index', () => {
    expect(
      readAnyShape({
        data: [
          { embedding: [1], index: 1 },
          { embedding: [2], index: 0 },
        ],
      }),
    ).toEqual([
      { embedding: [1], index: 1 },
      { embedding: [2], index: 0 },
    ]);
    expect(readAnyShape({ embeddings: [[1], [2]] })).toEqual([{ embedding: [1] }, { embedding: [2] }]);
  });

  test.each<[what: string, body: unknown]>([
    ['an address', { output: 'https://example.com/vector.json' }],
    ['a message', { message: 'done' }],
    ['an empty array', []],
    ['a text', 'text'],
    ['a number', 7],
    ['null', null],
    ['something far too deep', { data: { data: { data: { data: { data: { data: { data: [1] } } } } } } }],
  ])('finds none in %s', (_what, body) => {
    expect(readAnyShape(body)).toBeUndefined();
  });
});

describe('readList', () => {
  test.each<[what: string, body: unknown]>([
    ['a bare array', [[1, 2]]],
    ['rows without embedding', { data: [{ vector: [1] }] }],
    ['no data', { embedding: [1] }],
  ])('refuses %s', (_what, body) => {
    expect(readList(body)).toBeUndefined();
  });
});

describe('readTotalTokens', () => {
  test.each<[usage: unknown, tokens: number | undefined]>([
    [{ prompt_tokens: 8, total_tokens: 9 }, 9],
    [{ total_tokens: 0 }, 0],
    [{ prompt_tokens: 8 }, 8],
    [{ total_tokens: '9' }, undefined],
    [{ total_tokens: -1 }, undefined],
    [{ total_tokens: 1.5 }, undefined],
    [null, undefined],
  ])('reads %j as %j', (usage, tokens) => {
    expect(readTotalTokens({ usage })).toBe(tokens);
  });
});

describe('describeShape', () => {
  test.each<[value: unknown, text: string]>([
    [null, 'null'],
    ['secret', 'a string'],
    [{}, 'an empty object'],
    [[], 'an empty array'],
    [[0.25], 'an array of 1, the first of which is a number'],
    [{ ok: true, data: [{ vector: [0.25] }] }, 'an object of { ok: a boolean, data: an array of 1 }'],
    [{ 'my private text': 1 }, 'an object of { (a name): a number }'],
  ])('says types and names of %j only', (value, text) => {
    expect(describeShape(value)).toContain(text.replace(/ }$/, ''));
    expect(describeShape(value)).not.toMatch(/secret|0\.25|private/);
  });

  test('lists only so many names', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`name${String(index)}`, 1]));
    expect(describeShape(many).length).toBeLessThan(200);
  });
});
