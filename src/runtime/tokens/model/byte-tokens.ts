/** What the vocabulary lacks, byte by byte: `<0x00>` to `<0xFF>`. */

/**
 * The ids of a text's bytes in UTF-8; undefined where the vocabulary lacks one of them.
 *
 * Source: Rust's tokenizers, `byte_fallback` of BPE and Unigram.
 */
export function byteTokens(idOf: (token: string) => number | undefined): (text: string) => number[] | undefined {
  const ids = Array.from({ length: 256 }, (_, byte) => idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`));
  const encoder = new TextEncoder();
  return (text) => {
    const found: number[] = [];
    for (const byte of encoder.encode(text)) {
      const id = ids[byte];
      if (id === undefined) return undefined;
      found.push(id);
    }
    return found;
  };
}
