/** Base64 of bytes, as RFC 4648 section 4 has it. */

/** More arguments than this overflow the call stack of some engines. */
const CHUNK = 0x8000;

/** The base64 text of `bytes`, padded. */
export function toBase64(bytes: Uint8Array): string {
  if ('toBase64' in bytes && typeof bytes.toBase64 === 'function') return (bytes.toBase64 as () => string)();
  let binary = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(binary);
}

/** The bytes of a base64 text, in a buffer of their own. @throws when it isn't one. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
