/** Local storage without room, the browser's own: what can be made again gives way to what can't. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readObject, readText, writeObject, writeText } from '../../src/storage/local-store.js';
import { PROBE_KEY, SPACE_KEY, VERDICTS_KEY } from '../../src/storage/names.js';

const SPACE = 'owner/name@main;pooling=mean;dimensions=384';

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  localStorage.clear();
});

/** Stores as much as there is room for, as an app does, and gives its keys. */
function fill(): string[] {
  const keys: string[] = [];
  for (let length = 2 ** 22; length >= 1; length /= 2) {
    const key = `app/${length}`;
    try {
      localStorage.setItem(key, 'x'.repeat(length));
      keys.push(key);
    } catch {
      // Half as much may still have room.
    }
  }
  return keys;
}

test('a space is kept at the cost of what can be made again, and of nothing else', () => {
  writeObject(`${PROBE_KEY}owner/name@main`, { vectors: Array.from({ length: 1_000 }, () => 0.5) });
  writeObject(`${VERDICTS_KEY}1.0.0/owner/name@main`, { 'wasm/q8': { at: 0 } });
  writeText(`${SPACE_KEY}letters`, SPACE);
  const app = fill();
  const onRefused = vi.fn();
  writeText(`${SPACE_KEY}notes`, SPACE, onRefused);
  expect(onRefused).not.toHaveBeenCalled();
  expect(Object.keys(localStorage).sort()).toEqual([...app, `${SPACE_KEY}letters`, `${SPACE_KEY}notes`].sort());
  expect(readText(`${SPACE_KEY}notes`)).toBe(SPACE);
});

test('what can be made again takes no room from anything', () => {
  writeObject(`${VERDICTS_KEY}1.0.0/owner/name@main`, { 'wasm/q8': { at: 0 } });
  fill();
  writeObject(`${PROBE_KEY}owner/name@main`, { vectors: [0.5] });
  expect(readObject(`${PROBE_KEY}owner/name@main`)).toBeUndefined();
  expect(readObject(`${VERDICTS_KEY}1.0.0/owner/name@main`)).toBeDefined();
});

test('where nothing is left that could give way, it is said why nothing was kept', () => {
  fill();
  const onRefused = vi.fn();
  writeText(`${SPACE_KEY}notes`, SPACE, onRefused);
  expect(onRefused).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'QuotaExceededError' }));
  expect(readText(`${SPACE_KEY}notes`)).toBeUndefined();
});
