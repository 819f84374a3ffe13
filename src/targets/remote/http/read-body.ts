/** An answer's text, read no further than the longest answer there can be to what was asked. */
import type { SentTexts } from '../../../contract/provider.js';

/** What an error, a status or a list of models has at most, in bytes. */
const ANY_ANSWER = 256 * 1024;
/** Wider than any embedding model. Source: the widest of those that OpenAI and Hugging Face list have 12,288 numbers. */
const WIDEST = 16_384;
/** One number as JSON in bytes: 17 digits, sign, point, exponent, and a line of its own. */
const NUMBER_BYTES = 32;
/** A UTF-8 byte at its longest, as `\u00xx`: some servers repeat what they were asked. */
const ESCAPED_BYTE = 6;

/** The longest answer to some inputs, in bytes, whatever the encoding. */
export function boundAnswer({ texts, bytes }: SentTexts): number {
  return ANY_ANSWER + texts * WIDEST * NUMBER_BYTES + bytes * ESCAPED_BYTE;
}

/** A body that was read. */
export interface Body {
  /** Empty when it is too long. */
  readonly text: string;
  readonly isTooLong: boolean;
}

/** Reads a body; counted are the bytes after decompression, and one that is too long is let go of as soon as that is clear. */
export async function readBody(response: Response, maxBytes: number): Promise<Body> {
  // What an app's own `fetch` gives may have no stream.
  const reader = (response.body as ReadableStream<Uint8Array> | null | undefined)?.getReader();
  if (!reader) return { text: await response.text(), isTooLong: false };
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: parts.join('') + decoder.decode(), isTooLong: false };
    bytes += value.length;
    if (bytes > maxBytes) {
      reader.cancel().catch(() => undefined);
      return { text: '', isTooLong: true };
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
}
