/**
 * Reads protocol buffers field by field. Every step stays within its message: bytes of any kind give fields that lie in
 * them, or a GraphError.
 *
 * Source: Protocol Buffers, "Encoding".
 */
import { GraphError } from './graph-error.js';

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** How its content is written: one of `VARINT`, `FIXED64`, `DELIMITED` and `FIXED32`. */
  readonly wire: number;
  /** What a varint says, as a signed 64-bit number (rounded above 2^53); 0 for other fields. */
  readonly value: number;
  /** Where its tag begins. */
  readonly start: number;
  /** Where its content begins, after tag and length. */
  readonly content: number;
  /** Where it ends. */
  readonly end: number;
}

/** A number of one to ten bytes. */
const VARINT = 0;
/** Eight bytes. */
const FIXED64 = 1;
/** A length, then as many bytes: a message, a string or a packed list. */
export const DELIMITED = 2;
/** Four bytes. */
export const FIXED32 = 5;

/** Reads `bytes` from `start` to `end`. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.#position >= this.#end;
  }

  /** @throws GraphError when the number doesn't end in time. */
  readVarint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.isDone) break;
      const byte = this.#bytes[this.#position++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) return high * 2 ** 32 + (low >>> 0);
    }
    throw new GraphError('Expected whole fields, but a number has no end.');
  }

  /** @throws GraphError when the field is of no known kind or ends after its message. */
  readField(): Field {
    const start = this.#position;
    const tag = this.readVarint();
    const wire = tag % 8;
    const value = wire === VARINT || wire === DELIMITED ? this.readVarint() : 0;
    const content = this.#position;
    // Zeros, as a damaged file has them, would else be fields without an end.
    if (tag < 8) throw new GraphError('Expected fields with numbers, but one has none.');
    const lengths: Readonly<Record<number, number>> = { [VARINT]: 0, [FIXED64]: 8, [DELIMITED]: value, [FIXED32]: 4 };
    const length = lengths[wire];
    if (length === undefined) throw new GraphError('Expected fields of known kinds, but one has another.');
    if (length < 0 || length > this.#end - content) {
      throw new GraphError('Expected whole fields, but one ends after its message.');
    }
    this.#position = content + length;
    return {
      number: Math.floor(tag / 8),
      wire,
      value: wire === VARINT ? value : 0,
      start,
      content,
      end: this.#position,
    };
  }
}

/** Calls `visit` for every field of a message in order. @throws GraphError when the bytes aren't one. */
export function visitFields(bytes: Uint8Array, start: number, end: number, visit: (field: Field) => void): void {
  const reader = new WireReader(bytes, start, end);
  while (!reader.isDone) visit(reader.readField());
}

/** A field's content as text. */
export function readText(bytes: Uint8Array, { content, end }: Field): string {
  return new TextDecoder().decode(bytes.subarray(content, end));
}

/** Numbers of a repeated field: one, or a packed list. @throws GraphError when the list breaks off. */
export function readIntegers(bytes: Uint8Array, field: Field, into: number[]): void {
  if (field.wire !== DELIMITED) {
    into.push(field.value);
    return;
  }
  const reader = new WireReader(bytes, field.content, field.end);
  while (!reader.isDone) into.push(reader.readVarint());
}
