import { describe, expect, test } from 'vitest';
import { TASKS } from '../../../src/api/vocabulary.js';
import { findPrompt } from '../../../src/models/prompts.js';

describe('findPrompt', () => {
  test('finds none when no task is given', () => {
    expect(findPrompt({ query: 'query: ' }, undefined)).toBeUndefined();
  });

  test.each(TASKS)('finds none for %s in a model without prompts', (task) => {
    expect(findPrompt({}, task)).toBeUndefined();
  });

  test.each(TASKS)('finds none for %s in a model whose prompts serve something else', (task) => {
    expect(findPrompt({ other: 'x' }, task)).toBeUndefined();
  });

  test.each([
    ['query', { query: 'Q ', document: 'D ' }, 'Q '],
    ['document', { query: 'Q ', document: 'D ' }, 'D '],
    ['document', { query: 'Q ', passage: 'P ' }, 'P '],
    ['document', { query: 'Q ', corpus: 'C ' }, 'C '],
    ['document', { corpus: 'C ', passage: 'P ' }, 'P '],
    ['query', { 'retrieval.query': 'Q ', 'retrieval.passage': 'P ' }, 'Q '],
    ['document', { 'retrieval.query': 'Q ', 'retrieval.passage': 'P ' }, 'P '],
    ['query', { s2p_query: 'Q ', s2s_query: 'S ' }, 'Q '],
    ['similarity', { s2p_query: 'Q ', s2s_query: 'S ' }, 'S '],
    ['similarity', { STS: 'S ' }, 'S '],
    ['similarity', { 'text-matching': 'S ' }, 'S '],
    ['classification', { Classification: 'C ' }, 'C '],
    ['clustering', { separation: 'C ' }, 'C '],
    ['code-query', { InstructionRetrieval: 'I ', query: 'Q ' }, 'I '],
  ] as const)('serves %s from %j', (task, prompts, expected) => {
    expect(findPrompt(prompts, task)).toBe(expected);
  });

  test.each(['question-answering', 'fact-verification', 'code-query'] as const)(
    'takes the query prompt for %s',
    (task) => {
      expect(findPrompt({ query: 'Q ' }, task)).toBe('Q ');
      expect(findPrompt({ query: 'Q ', [task]: 'own ' }, task)).toBe('own ');
    },
  );

  test.each(['query', 'retrieval.query', 'Retrieval-query', 's2p_query'])(
    'takes the prompt %s for questions, claims and requests for code too',
    (name) => {
      for (const task of ['query', 'question-answering', 'fact-verification', 'code-query'] as const) {
        expect(findPrompt({ [name]: 'Q ' }, task)).toBe('Q ');
      }
    },
  );

  test("prefers a model's prompt for code to the one for following instructions", () => {
    expect(findPrompt({ InstructionRetrieval: 'I ', 'code-query': 'C ' }, 'code-query')).toBe('C ');
  });

  test('prefers the usual name, whatever the order in the file', () => {
    expect(findPrompt({ 'retrieval.query': 'R ', query: 'Q ' }, 'query')).toBe('Q ');
  });

  test.each([
    ['document', { query: 'Q ' }],
    ['query', { document: 'D ' }],
    ['clustering', { query: 'Q ', document: 'D ' }],
  ] as const)('finds none for %s in %j', (task, prompts) => {
    expect(findPrompt(prompts, task)).toBeUndefined();
  });

  test('keeps an empty prompt, which some models give their documents', () => {
    expect(findPrompt({ query: 'Q ', document: '' }, 'document')).toBe('');
  });
});
