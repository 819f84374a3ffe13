/** SentencePiece's own normal form: a table in the model's file says what becomes of which characters. */
import { fromBase64 } from '../../../util/base64.js';
import { remember } from '../remember.js';
import { splitGraphemes } from './graphemes.js';
import type { Normalize } from './normalizer-file.js';

/** Longer graphemes in UTF-8 are taken character by character. Source: Rust's tokenizers, `normalizers/precompiled`. */
const MAX_GRAPHEME_BYTES = 5;
const END = 0;
/** Characters, and graphemes, whose form is kept. */
const MAX_REMEMBERED = 10_000;

/**
 * @param charsmap - base64 of: bytes of the trie, 32 bits; the trie, a double array of 32-bit units; texts, each with a zero
 *   behind it.
 *
 * Source: google/sentencepiece, `normalizer.cc`; darts-clone (the units' bits); Rust's spm_precompiled (the shortest prefix
 * that the table has decides for a whole grapheme).
 */
export function createCharsmap(charsmap: string): Normalize {
  const bytes = fromBase64(charsmap);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = view.getUint32(0, true);
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
  const texts = bytes.subarray(4 + trieBytes);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const lookUp = (text: string): string | undefined => {
    const place = findPrefix(units, encoder.encode(text));
    if (place < 0) return undefined;
    const end = texts.indexOf(END, place);
    return decoder.decode(texts.subarray(place, end < 0 ? texts.length : end));
  };
  const ofCharacter = remember(lookUp, MAX_REMEMBERED);
  const ofGrapheme = remember(
    (grapheme) => (encoder.encode(grapheme).length > MAX_GRAPHEME_BYTES ? undefined : lookUp(grapheme)),
    MAX_REMEMBERED,
  );
  const byCharacter = (text: string): string => {
    let normal = '';
    for (const character of text) normal += ofCharacter(character) ?? character;
    return normal;
  };
  return (text) => {
    const graphemes = splitGraphemes(text);
    if (graphemes === undefined) return byCharacter(text);
    let normal = '';
    for (const grapheme of graphemes) normal += ofGrapheme(grapheme) ?? byCharacter(grapheme);
    return normal;
  };
}

/** Where the text of the shortest prefix begins that the table has; -1 where it has none. */
function findPrefix(units: Uint32Array, key: Uint8Array): number {
  let unit = units[0] ?? 0;
  let node = offsetOf(unit);
  for (const byte of key) {
    if (byte === END) return -1;
    node ^= byte;
    unit = units[node] ?? 0;
    if ((unit & 0x8000_00ff) !== byte) return -1;
    node ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) return (units[node] ?? 0) & 0x7fff_ffff;
  }
  return -1;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
