/** What kind of thing a server sent, without what it says. */
import { describe } from '../../../util/check-value.js';
import { isRecord } from './json.js';

/** More names than this aren't listed. */
const MAX_NAMES = 8;

/** Types and names only, two levels deep: `an object of { data: an array of 2, model: a string }`. */
export function describeShape(value: unknown, depth = 0): string {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0) return 'an empty array';
    const first = depth < 2 ? `, the first of which is ${describeShape(items[0], depth + 1)}` : '';
    return `an array of ${String(items.length)}${first}`;
  }
  if (!isRecord(value) || depth >= 2) return describe(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return 'an empty object';
  const listed = entries
    .slice(0, MAX_NAMES)
    .map(([name, item]) => `${nameOf(name)}: ${describeShape(item, depth + 1)}`);
  return `an object of { ${listed.join(', ')}${entries.length > MAX_NAMES ? ', …' : ''} }`;
}

/** A name that looks like a field's; anything else might be a text. */
function nameOf(name: string): string {
  return /^[A-Za-z_][\w-]{0,30}$/.test(name) ? name : '(a name)';
}
