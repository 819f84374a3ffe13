/**
 * The door to local storage. It only makes things faster or lasting: where it is forbidden, full or damaged, nothing is there
 * and nothing throws.
 */
import { REMADE_KEYS } from './names.js';

/** Told when storage is forbidden or full, and why. What it throws is thrown. */
export type OnRefused = (cause: unknown) => void;

/** The text under a key; undefined when there is none, or it may not be looked at. */
export function readText(key: string, onRefused?: OnRefused): string | undefined {
  return tryTo(() => localStorage.getItem(key) ?? undefined, onRefused);
}

/** Keeps a text under a key. Where there is no room, what can be made again is deleted for what can't. */
export function writeText(key: string, text: string, onRefused?: OnRefused): void {
  tryTo(() => {
    try {
      localStorage.setItem(key, text);
    } catch {
      makeRoom(key);
      localStorage.setItem(key, text);
    }
  }, onRefused);
}

/** Deletes what is under a key. */
export function removeText(key: string, onRefused?: OnRefused): void {
  tryTo(() => {
    localStorage.removeItem(key);
  }, onRefused);
}

/**
 * The object under a key; undefined when there is none, or anything else. Any page of the origin may have written it, so its
 * members may be anything.
 */
export function readObject(key: string): object | undefined {
  const value: unknown = tryTo(() => JSON.parse(readText(key) ?? 'null') as unknown);
  return typeof value === 'object' ? (value ?? undefined) : undefined;
}

/** Keeps an object under a key, as JSON. */
export function writeObject(key: string, value: object): void {
  writeText(key, JSON.stringify(value));
}

function tryTo<T>(use: () => T, onFailed?: OnRefused): T | undefined {
  try {
    return use();
  } catch (error) {
    onFailed?.(error);
    return undefined;
  }
}

function makeRoom(key: string): void {
  if (REMADE_KEYS.test(key)) return;
  for (const stored of Object.keys(localStorage)) if (REMADE_KEYS.test(stored)) removeText(stored);
}
