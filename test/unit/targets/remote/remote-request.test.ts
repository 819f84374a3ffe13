import { describe, expect, test } from 'vitest';
import { promptOf, toProviderRequest } from '../../../../src/targets/remote/remote-request.js';
import { catchError } from '../../../support/catch-error.js';

const REFERENCE = { dimensions: 4, prompts: { query: 'query: ', document: '' } };
const TEXTS = { inputs: ['a', 'b'], truncate: 'end' } as const;
const FACTS = { matryoshkaDimensions: [4, 2] };

describe("a request for the client's own model", () => {
  const terms = { model: 'm', reference: REFERENCE, facts: undefined, hasOwnIds: false };

  test('has the prompt in its texts, and token ids as they are', () => {
    const texts = { ...TEXTS, task: 'query' } as const;
    const tokens = { ...texts, inputs: [[1, 2]] };
    expect(toProviderRequest(texts, terms)).toEqual({ inputs: ['query: a', 'query: b'] });
    expect(toProviderRequest(tokens, terms)).toEqual({ inputs: [[1, 2]] });
    expect([promptOf(texts, REFERENCE), promptOf(tokens, REFERENCE)]).toEqual(['query: ', '']);
  });

  test.each([4, 2])('asks for whole vectors, also where %i numbers are wanted', (dimensions) => {
    expect(toProviderRequest({ ...TEXTS, dimensions }, { ...terms, facts: FACTS })).toEqual({ inputs: ['a', 'b'] });
  });

  test.each([
    [3, FACTS, 'invalid_value'],
    [2, undefined, 'unsupported_parameter'],
  ])('is refused for %i numbers, as on this device', (dimensions, facts, code) => {
    const error = catchError(() => toProviderRequest({ ...TEXTS, dimensions }, { ...terms, facts }));
    expect(error).toMatchObject({ code, param: 'dimensions' });
  });

  test('is refused for a task without a prompt, as on this device', () => {
    const error = catchError(() => toProviderRequest({ ...TEXTS, task: 'clustering' }, terms));
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'task' });
  });
});

describe('a request for another model', () => {
  test('leaves task and width to a provider whose model is not known, and tells of no prompt', () => {
    const request = { ...TEXTS, task: 'query', dimensions: 5 } as const;
    const terms = { model: 'text-embedding-3-small', reference: null, facts: FACTS, hasOwnIds: false };
    expect(toProviderRequest(request, terms)).toEqual({ inputs: ['a', 'b'], task: 'query', dimensions: 5 });
    expect(promptOf(request, null)).toBe('');
  });

  test('is refused for a width that a known model lacks, and taken for its own', () => {
    const terms = { model: 'BAAI/bge-m3', reference: null, facts: undefined, hasOwnIds: false };
    expect(catchError(() => toProviderRequest({ ...TEXTS, dimensions: 512 }, terms))).toMatchObject({
      code: 'unsupported_parameter',
      param: 'dimensions',
    });
    expect(toProviderRequest({ ...TEXTS, dimensions: 1024 }, terms)).toMatchObject({ dimensions: 1024 });
  });
});
