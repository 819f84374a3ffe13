/** Texts that every reader of UTF-8 and JSON takes. */

/** Alone by the `u` flag: a pair is one character. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The same text with U+FFFD for every half of a surrogate pair, as a text that was cut inside an emoji has one. Strict JSON
 * readers refuse `"\ud83d"`. Source: RFC 8259, section 8.2; ECMAScript's `String.prototype.toWellFormed`, which engines before
 * 2023 lack.
 */
export function toWellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}
