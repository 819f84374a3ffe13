/** Whether a model's JSON files are what they should be. */
import { failure } from './file-errors.js';

/** @throws ModelLoadError `model_file_damaged` when the bytes aren't JSON of that kind. */
export function checkJson(bytes: Uint8Array, kind: 'json' | 'json-list', url: string, came: string): void {
  const size = `${String(bytes.length)} bytes`;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const what = `expected JSON, got ${size} of something else (${came})`;
    throw failure('model_file_damaged', url, what, cause);
  }
  const isRight = kind === 'json-list' ? Array.isArray(value) : isObject(value);
  if (isRight) return;
  const expected = kind === 'json-list' ? 'a list' : 'an object';
  throw failure('model_file_damaged', url, `expected ${expected} in JSON, got ${size} of another value (${came})`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
