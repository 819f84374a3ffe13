/** SHA-256 of bytes, on pages of every kind. */

/**
 * Lower-case hex of the SHA-256 of `bytes`. The platform computes it in secure contexts, and JavaScript elsewhere, about
 * ten times as slowly.
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  const digest = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : computeSha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes a step takes in. */
const BLOCK_BYTES = 64;
const ROUNDS = 64;

/** The 32 bytes of the SHA-256, in plain JavaScript. Source: FIPS 180-4, section 6.2. */
export function computeSha256(bytes: Uint8Array): Uint8Array {
  const constants = fractions(ROUNDS, 3);
  const state = fractions(8, 2);
  const words = new Int32Array(ROUNDS);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeBytes = bytes.length - (bytes.length % BLOCK_BYTES);
  for (let at = 0; at < wholeBytes; at += BLOCK_BYTES) addBlock(state, words, constants, view, at);
  const end = pad(bytes, wholeBytes);
  for (let at = 0; at < end.byteLength; at += BLOCK_BYTES) addBlock(state, words, constants, end, at);
  const digest = new Uint8Array(32);
  const output = new DataView(digest.buffer);
  state.forEach((word, index) => {
    output.setInt32(index * 4, word);
  });
  return digest;
}

/** What is left of the message, a one, zeros, and its length in bits. */
function pad(bytes: Uint8Array, start: number): DataView {
  const rest = bytes.subarray(start);
  const padded = new Uint8Array(rest.length + 9 > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return view;
}

function addBlock(state: Int32Array, words: Int32Array, constants: Int32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + t * 4);
  for (let t = 16; t < ROUNDS; t++) {
    const [x, y] = [words[t - 15] ?? 0, words[t - 2] ?? 0];
    const small0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const small1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[t] = (words[t - 16] ?? 0) + small0 + (words[t - 7] ?? 0) + small1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < ROUNDS; t++) {
    const large1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + large1 + ((e & f) ^ (~e & g)) + (constants[t] ?? 0) + (words[t] ?? 0)) | 0;
    const large0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (large0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of what follows the point in the roots of the first primes. */
function fractions(count: number, root: 2 | 3): Int32Array {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return Int32Array.from(primes, (prime) => {
    const value = root === 2 ? Math.sqrt(prime) : Math.cbrt(prime);
    return Math.floor((value % 1) * 2 ** 32);
  });
}
