/** A character for each byte, as byte-level vocabularies are written. */

/** What stands for itself. Source: openai/gpt-2, `encoder.py`, `bytes_to_unicode`. */
const ITSELF = /^[!-~]*$/;
const CHARACTERS: readonly string[] = listCharacters();

/** A text's bytes in UTF-8, a character each. */
export function toByteLevel(text: string): string {
  if (ITSELF.test(text)) return text;
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += CHARACTERS[byte] ?? '';
  return bytes;
}

function listCharacters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isItself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(isItself ? byte : next++);
  });
}
