import { describe, expect, test } from 'vitest';
import { TASKS, type Task } from '../../../src/api/vocabulary.js';
import { BadRequestError } from '../../../src/errors/errors.js';
import { choosePrompt, listPrompts, resolvePrompts, type PromptSources } from '../../../src/models/prompts.js';
import { catchError } from '../../support/catch-error.js';

function prompt(sources: PromptSources, task?: Task): string {
  return choosePrompt(resolvePrompts(sources), task);
}

describe('a prompt', () => {
  test.each(TASKS)('is empty for %s in a model without prompts, and in one whose prompts are all empty', (task) => {
    expect(resolvePrompts({})).toEqual({});
    expect(resolvePrompts({ files: { query: '', document: '' } })).toEqual({});
    expect(prompt({}, task)).toBe('');
  });

  test('is empty without a task', () => {
    expect(prompt({ files: { query: 'query: ' } })).toBe('');
  });

  test.each([
    ['query', { query: 'Q ', document: 'D ' }, 'Q '],
    ['document', { query: 'Q ', document: 'D ' }, 'D '],
    ['document', { query: 'Q ', passage: 'P ' }, 'P '],
    ['document', { query: 'Q ', corpus: 'C ' }, 'C '],
    ['document', { corpus: 'C ', passage: 'P ' }, 'P '],
    ['document', { document: '', passage: 'P ', query: 'Q ' }, ''],
    ['query', { 'retrieval.query': 'Q ', 'retrieval.passage': 'P ' }, 'Q '],
    ['document', { 'retrieval.query': 'Q ', 'retrieval.passage': 'P ' }, 'P '],
    ['query', { web_search_query: 'W ', sts_query: 'S ' }, 'W '],
    ['similarity', { web_search_query: 'W ', sts_query: 'S ' }, 'S '],
    ['query', { s2p_query: 'Q ', s2s_query: 'S ' }, 'Q '],
    ['similarity', { s2p_query: 'Q ', s2s_query: 'S ' }, 'S '],
    ['similarity', { STS: 'S ' }, 'S '],
    ['similarity', { 'text-matching': 'S ' }, 'S '],
    ['classification', { Classification: 'C ' }, 'C '],
    ['clustering', { separation: 'C ' }, 'C '],
    ['code-query', { InstructionRetrieval: 'I ', query: 'Q ' }, 'I '],
    ['code-query', { InstructionRetrieval: 'I ', 'code-query': 'C ' }, 'C '],
    ['query', { 'retrieval.query': 'R ', query: 'Q ' }, 'Q '],
  ] as const)('serves %s from %j', (task, files, expected) => {
    expect(prompt({ files }, task)).toBe(expected);
  });

  test.each(['question-answering', 'fact-verification', 'code-query'] as const)(
    "for %s is the query's where there is none of its own",
    (task) => {
      for (const name of ['query', 'retrieval.query', 'Retrieval-query', 's2p_query', 'web_search_query']) {
        expect(prompt({ files: { [name]: 'Q ' } }, task)).toBe('Q ');
      }
      expect(prompt({ files: { query: 'Q ', [task]: 'own ' } }, task)).toBe('own ');
      expect(prompt({ chosen: { query: 'mine ' } }, task)).toBe('mine ');
    },
  );

  test.each([
    ['document', { query: 'Q ' }],
    ['query', { document: 'D ' }],
  ] as const)('is empty for %s in %j, as in sentence-transformers', (task, files) => {
    expect(prompt({ files }, task)).toBe('');
  });

  test.each(['similarity', 'classification', 'clustering'] as const)(
    'is refused by name for %s in a model that has others and whose maker says nothing of it',
    (task) => {
      const error = catchError(() => prompt({ files: { query: 'SECRET ', document: '' } }, task));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'task' });
      expect(String(error)).toContain(`for query, document, but none for the task '${task}'`);
      expect(String(error)).not.toContain('SECRET');
    },
  );

  test('is empty for every task that the maker of a known model names none for', () => {
    expect(prompt({ known: { query: 'Q ' } }, 'clustering')).toBe('');
    expect(prompt({ known: { query: 'Q ' } }, 'question-answering')).toBe('Q ');
  });
});

describe('the prompt of several sources', () => {
  const known = { query: 'query: ', passage: 'passage: ', similarity: 'query: ' };

  test("isn't the empty one that stands in every model where another is known", () => {
    const sources = { files: { query: '', document: '' }, known };
    expect(prompt(sources, 'query')).toBe('query: ');
    expect(prompt(sources, 'document')).toBe('passage: ');
    expect(prompt(sources, 'similarity')).toBe('query: ');
  });

  test("is the files' where they have one, by whichever name", () => {
    expect(prompt({ files: { query: 'own ' }, known }, 'query')).toBe('own ');
    expect(prompt({ files: { corpus: 'own ' }, known }, 'document')).toBe('own ');
    expect(prompt({ files: { query: 'own ' }, known }, 'document')).toBe('passage: ');
  });

  test("is the app's, also an empty one", () => {
    const chosen = { query: 'mine ', document: '' };
    expect(prompt({ chosen, files: { query: 'own ' }, known }, 'query')).toBe('mine ');
    expect(prompt({ chosen, files: { query: 'own ' }, known }, 'document')).toBe('');
    expect(prompt({ chosen }, 'query')).toBe('mine ');
  });
});

describe('a prompt for every text', () => {
  const files = { query: 'Q ', document: '', similarity: 'same: ' };

  test('stands before texts without a task, and those of a task without a prompt', () => {
    expect(prompt({ files, defaultName: 'similarity' })).toBe('same: ');
    expect(prompt({ files, defaultName: 'similarity' }, 'clustering')).toBe('same: ');
  });

  test('gives way to the prompt of a task, also an empty one', () => {
    expect(prompt({ files, defaultName: 'similarity' }, 'query')).toBe('Q ');
    expect(prompt({ files, defaultName: 'similarity' }, 'document')).toBe('');
    expect(prompt({ files: { similarity: 'same: ' }, defaultName: 'similarity' }, 'query')).toBe('');
  });
});

describe('listPrompts', () => {
  test('is equal for copies of a model that say the same in other words', () => {
    const one = listPrompts(resolvePrompts({ files: { query: 'query: ', passage: 'passage: ' } }));
    const other = listPrompts(resolvePrompts({ files: { document: 'passage: ', query: 'query: ', other: 'x' } }));
    expect(one).toEqual({ query: 'query: ', document: 'passage: ' });
    expect(other).toEqual(one);
  });

  test('tells a prompt for every text', () => {
    expect(listPrompts(resolvePrompts({ files: { STS: 'S ' }, defaultName: 'STS' }))).toEqual({
      similarity: 'S ',
      default: 'S ',
    });
  });
});
