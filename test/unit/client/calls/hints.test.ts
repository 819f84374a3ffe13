import { describe, expect, test } from 'vitest';
import type { EmbeddingCreateParams } from '../../../../src/api/embeddings.js';
import { checkParams, checkRequestOptions } from '../../../../src/client/calls/check-input.js';
import { checkListener, checkOptions } from '../../../../src/client/check-options.js';
import { catchError } from '../../../support/catch-error.js';

const TEXT = 'SECRET-TEXT';

/** What a caller without types is told. */
function explain(params: unknown): string {
  const models = { own: 'owner/model', isLocal: true, remote: [] };
  return messageOf(() => {
    checkParams(params as EmbeddingCreateParams, models);
  });
}

function messageOf(task: () => void): string {
  const { message } = catchError(task) as Error;
  expect(message).not.toContain(TEXT);
  return message;
}

describe('a request with a name that stands elsewhere or is another one', () => {
  test.each(['signal', 'timeoutMs', 'priority', 'onProgress'])('hears where %s belongs', (name) => {
    expect(explain({ input: TEXT, [name]: 1 })).toMatch(
      new RegExp(
        `^Unknown parameter: '${name}'.*'${name}' belongs into the second argument: create\\(\\{ input \\}, \\{`,
      ),
    );
  });

  test.each(['dimensions', 'task', 'encoding_format'])('hears that %s is no option', (name) => {
    const message = messageOf(() => {
      checkRequestOptions({ [name]: 1 });
    });
    expect(message).toContain(`'${name}' belongs into the first argument: create({ input`);
  });

  test.each([
    ['inputs', "'input'"],
    ['texts', "'input'"],
    ['encodingFormat', "'encoding_format'"],
    ['dimension', "'dimensions'"],
    ['timeout', "'timeoutMs', in the second argument"],
    ['abortSignal', "'signal', in the second argument"],
    ['task_type', "'task'"],
  ])('is asked whether for %s it meant %s', (name, meant) => {
    expect(explain({ [name]: 1 })).toContain(`Did you mean ${meant}`);
  });

  test('hears no guess where nothing comes near', () => {
    expect(explain({ input: TEXT, colour: 1 })).toMatch(/^Unknown parameter: 'colour'\. Known are [^.]*\.$/);
  });
});

describe('a request whose input is no text', () => {
  class LangChainDocument {
    readonly pageContent = TEXT;
  }
  test.each<[what: string, value: unknown, advice: string]>([
    ['an object with a text', { text: TEXT }, 'item.text'],
    ['an object with a content', { id: 1, content: TEXT }, 'item.content'],
    ['a document', new LangChainDocument(), 'item.pageContent'],
    ['a Blob', new Blob([TEXT]), 'await file.text()'],
    ['a File', new File([TEXT], 'note.txt'), 'await file.text()'],
    ['a Response', new Response(TEXT), 'await response.text()'],
    ['a URL', new URL('https://example.org'), "an address isn't followed"],
    ['a promise', Promise.resolve(TEXT), 'Await it first'],
    ['bytes', new TextEncoder().encode(TEXT), 'new TextDecoder().decode(bytes)'],
    ['null', null, 'Leave out what has no text'],
    ['undefined among others', undefined, 'Leave out what has no text'],
    ['a set', new Set([TEXT]), '[...input]'],
    ['a map', new Map([[1, TEXT]]), 'embeddings.stream()'],
  ])('hears how %s becomes one, alone and among texts', (_what, value, advice) => {
    if (value !== undefined) expect(explain({ input: value })).toContain(advice);
    expect(explain({ input: [TEXT, value] })).toMatch(/^Expected only strings in 'input\[1\]'/);
    expect(explain({ input: [TEXT, value] })).toContain(advice);
    expect(explain({ input: [value] })).toMatch(/^Expected only strings in 'input\[0\]'/);
  });

  test('hears what numbers mean', () => {
    expect(explain({ input: 5 })).toContain('String(value)');
    expect(explain({ input: [TEXT, 5] })).toContain('String(value)');
  });
});

test('a width in quotes is told so', () => {
  expect(explain({ input: TEXT, dimensions: '256' })).toBe(
    "Expected an integer in 'dimensions', but got a string. Leave the quotes out, or pass Number(dimensions).",
  );
});

test.each(['text-embedding-3-small', 'text-embedding-ada-002', 'gemini-embedding-001'])(
  'who asks for %s hears that it runs elsewhere, and who can be asked for it',
  (model) => {
    expect(explain({ input: TEXT, model })).toMatch(/'owner\/model'.*servers only.*openaiCompatible\(\)/);
  },
);

describe('a client', () => {
  function refusal(options: object): string {
    return messageOf(() => {
      checkOptions(options);
    });
  }

  test.each(['apiKey', 'baseURL', 'dangerouslyAllowBrowser'])('given %s names the way to a server', (name) => {
    expect(refusal({ [name]: TEXT })).toMatch(/^Unknown option.*openaiCompatible\(\{ baseURL, apiKey, model \}\)/);
  });

  test("for OpenAI's model names the way to it, unless a hub or a provider may have it", () => {
    expect(refusal({ model: 'text-embedding-3-small' })).toContain('openaiCompatible({');
    expect(() => {
      checkOptions({ model: 'text-embedding-3-small', hub: '/models' });
    }).not.toThrow();
  });

  test.each([
    ['progress', () => undefined, 'name'],
    [undefined, () => undefined, 'name'],
    ['egress', undefined, 'listener'],
  ] as [unknown, unknown, string][])('listens to no event %j with %j', (name, listener, param) => {
    const error = catchError(() => {
      checkListener(name, listener);
    });
    expect(error).toMatchObject({ name: 'BadRequestError', param });
    if (param === 'name') expect((error as Error).message).toContain("'model-progress'");
  });
});
