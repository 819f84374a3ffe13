/** Local storage for tests in Node, which has none. */
import { vi } from 'vitest';

/** Puts a storage that holds `items` in place of the browser's until globals are unstubbed, and gives what it holds. */
export function stubStorage(items = new Map<string, string>()): Map<string, string> {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      items.set(key, value);
    },
    removeItem: (key: string) => {
      items.delete(key);
    },
  });
  return items;
}

/** Puts a storage in place that throws whatever is asked of it, as where storage is forbidden or full. */
export function stubForbiddenStorage(): void {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
}
