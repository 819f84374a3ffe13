import { afterEach, describe, expect, test, vi } from 'vitest';
import { readObject, readText, removeText, writeObject, writeText } from '../../../src/storage/local-store.js';
import { catchError } from '../../support/catch-error.js';
import { stubStorage } from './stub-storage.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('local storage gives back what was written, until it is removed', () => {
  const items = stubStorage();
  writeText('text', 'some');
  writeObject('object', { some: [1, null] });
  expect(readText('text')).toBe('some');
  expect(readObject('object')).toEqual({ some: [1, null] });
  expect(readText('other')).toBeUndefined();
  expect(readObject('other')).toBeUndefined();
  removeText('text');
  expect([...items.keys()]).toEqual(['object']);
});

test.each(['', '{', 'null', '5', '"text"', 'true', 'undefined'])('%j in storage is no object', (text) => {
  stubStorage(new Map([['key', text]]));
  expect(readObject('key')).toBeUndefined();
  expect(readText('key')).toBe(text);
});

describe('local storage that is missing or forbidden', () => {
  const cause = new DOMException('no', 'SecurityError');
  const refuse = (): never => {
    throw cause;
  };
  const uses: [what: string, use: (onRefused?: (cause: unknown) => void) => unknown][] = [
    ['reading', (onRefused) => readText('key', onRefused)],
    ['reading an object', () => readObject('key')],
    [
      'writing',
      (onRefused) => {
        writeText('key', 'text', onRefused);
      },
    ],
    [
      'removing',
      (onRefused) => {
        removeText('key', onRefused);
      },
    ],
  ];

  test.each(uses)('holds nothing, and %s throws nothing', (_what, use) => {
    vi.stubGlobal('localStorage', undefined);
    expect(use()).toBeUndefined();
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
    expect(use()).toBeUndefined();
  });

  test.each(uses.filter(([what]) => what !== 'reading an object'))('tells why of %s', (_what, use) => {
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
    const onRefused = vi.fn();
    use(onRefused);
    expect(onRefused).toHaveBeenCalledExactlyOnceWith(cause);
    // Whoever has to fail over it can.
    expect(catchError(() => use(refuse))).toBe(cause);
  });
});
