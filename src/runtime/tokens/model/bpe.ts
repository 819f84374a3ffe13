/** Byte-pair encoding: a piece's characters, joined two by two in the order of a list of merges. */
import { byteTokens } from './byte-tokens.js';
import { MergeQueue } from './merge-queue.js';
import { MergeTable } from './merge-table.js';
import { MissingUnknownError, rememberPieces, type Spans, type TokenModel } from './model.js';

/** The fields of a BPE model in tokenizer.json that count. */
export interface BpeFile {
  readonly vocab: Readonly<Record<string, number>>;
  /** Each two tokens; as one text they are divided by a blank. */
  readonly merges: readonly (string | readonly [string, string])[];
  readonly unk_token?: string | null;
  readonly continuing_subword_prefix?: string | null;
  readonly end_of_word_suffix?: string | null;
  readonly fuse_unk?: boolean;
  readonly byte_fallback?: boolean;
  readonly ignore_merges?: boolean;
}

/**
 * Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016; Rust's tokenizers,
 * `models/bpe` (what is unknown, prefix and suffix, the order of merges).
 */
export function createBpe(file: BpeFile): TokenModel {
  const vocab = new Map<string, number>();
  for (const token in file.vocab) vocab.set(token, file.vocab[token] ?? 0);
  const idOf = (token: string): number | undefined => vocab.get(token);
  const table = new MergeTable(file.merges, idOf, file.continuing_subword_prefix ?? '');
  const unknownId = typeof file.unk_token === 'string' ? idOf(file.unk_token) : undefined;
  const readSymbols = createReader(file, idOf, unknownId);
  // No function keeps the file: a large vocabulary mustn't stay in memory as JSON.
  const takesWhole = file.ignore_merges === true;
  const encode: TokenModel['encode'] = (piece, ids, spans) => {
    const whole = takesWhole ? idOf(piece) : undefined;
    if (whole === undefined) {
      mergeAll(readSymbols(piece), table, ids, spans);
      return;
    }
    ids.push(whole);
    spans?.push(0, piece.length);
  };
  return { ...(unknownId !== undefined && { unknownId }), idOf, encode: rememberPieces(encode) };
}

/** A piece's characters, and later what was joined of them. */
interface Symbols {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/** The ids of a piece's characters. */
function createReader(
  {
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    end_of_word_suffix: suffix,
    byte_fallback: usesBytes,
    fuse_unk: fuses,
  }: BpeFile,
  idOf: (token: string) => number | undefined,
  unknownId: number | undefined,
): (piece: string) => Symbols {
  const bytes = usesBytes === true ? byteTokens(idOf) : undefined;
  return (piece) => {
    const symbols: Symbols = { ids: [], starts: [], ends: [] };
    let pending = false;
    let place = 0;
    const add = (id: number, length: number): void => {
      symbols.ids.push(id);
      symbols.starts.push(place);
      symbols.ends.push(place + length);
    };
    for (const character of piece) {
      const { length } = character;
      const start = place > 0 ? (prefix ?? '') : '';
      const token = start + character + (place + length === piece.length ? (suffix ?? '') : '');
      const id = idOf(token);
      const asBytes = id === undefined ? bytes?.(token) : undefined;
      if (id !== undefined) {
        pending = false;
        add(id, length);
      } else if (asBytes) {
        // What is unknown before them comes after them, as it does in Rust.
        const last = pending ? symbols.ids.pop() : undefined;
        for (const byte of asBytes) add(byte, length);
        if (last !== undefined) symbols.ids.push(last);
      } else if (typeof unknown === 'string') {
        if (unknownId === undefined) throw new MissingUnknownError();
        if (pending && fuses === true) symbols.ends[symbols.ends.length - 1] = place + length;
        else add(unknownId, length);
        pending = true;
      }
      place += length;
    }
    return symbols;
  };
}

/** Merges in place; adds what is left. */
function mergeAll({ ids: symbols, starts, ends }: Symbols, table: MergeTable, ids: number[], spans?: Spans): void {
  if (symbols.length > 1) {
    const size = symbols.length;
    const next = Int32Array.from(symbols, (_, index) => (index + 1 < size ? index + 1 : -1));
    const previous = Int32Array.from(symbols, (_, index) => index - 1);
    // One for each two neighbours, and for each merge two more.
    const queue = new MergeQueue(3 * size);
    const offer = (left: number, right: number): void => {
      const merge = table.find(symbols[left] ?? -1, symbols[right] ?? -1);
      if (merge >= 0) queue.push(merge, left);
    };
    for (let index = 0; index + 1 < size; index++) offer(index, index + 1);
    for (let left = queue.pop(); left >= 0; left = queue.pop()) {
      const right = next[left] ?? -1;
      // A merge may have been done before with one of the two.
      if (right < 0 || symbols[left] === -1) continue;
      const merge = table.find(symbols[left] ?? -1, symbols[right] ?? -1);
      if (merge < 0 || table.resultOf(merge) !== table.resultOf(queue.rank)) continue;
      symbols[left] = table.resultOf(merge);
      symbols[right] = -1;
      ends[left] = ends[right] ?? 0;
      const after = next[right] ?? -1;
      next[left] = after;
      if (after >= 0) previous[after] = left;
      const before = previous[left] ?? -1;
      if (before >= 0) offer(before, left);
      if (after >= 0) offer(left, after);
    }
  }
  for (let index = 0; index < symbols.length; index++) {
    const id = symbols[index] ?? -1;
    if (id < 0) continue;
    ids.push(id);
    spans?.push(starts[index] ?? 0, ends[index] ?? 0);
  }
}
