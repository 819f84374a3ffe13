/** Random ids. */

/** A random UUID. Unlike `crypto.randomUUID()` it works on pages that aren't secure contexts. Source: RFC 9562, version 4. */
export function makeUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = (((bytes[8] ?? 0) & 0x3f) | 0x80).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(18, 20),
    digits.slice(20),
  ].join('-');
}
