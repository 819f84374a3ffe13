/** Byte-pair encoding: a piece's characters, joined two by two in the order of a list of merges. */
import { byteTokens } from './byte-tokens.js';
import { MergeQueue } from './merge-queue.js';
import { MergeTable } from './merge-table.js';
import { MissingUnknownError, rememberPieces, type TokenModel } from './model.js';

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
  const encode: TokenModel['encode'] = (piece, ids) => {
    const whole = file.ignore_merges === true ? idOf(piece) : undefined;
    if (whole === undefined) mergeAll(readSymbols(piece), table, ids);
    else ids.push(whole);
  };
  return { ...(unknownId !== undefined && { unknownId }), idOf, encode: rememberPieces(encode) };
}

/** The ids of a piece's characters. */
function createReader(
  { unk_token: unknown, continuing_subword_prefix: prefix, end_of_word_suffix: suffix, ...file }: BpeFile,
  idOf: (token: string) => number | undefined,
  unknownId: number | undefined,
): (piece: string) => number[] {
  const bytes = file.byte_fallback === true ? byteTokens(idOf) : undefined;
  return (piece) => {
    const ids: number[] = [];
    let pending = false;
    const characters = Array.from(piece);
    for (const [index, character] of characters.entries()) {
      const start = index > 0 ? (prefix ?? '') : '';
      const token = start + character + (index === characters.length - 1 ? (suffix ?? '') : '');
      const id = idOf(token);
      if (id !== undefined) {
        pending = false;
        ids.push(id);
        continue;
      }
      const asBytes = bytes?.(token);
      if (asBytes) {
        // What is unknown before them comes after them, as it does in Rust.
        const last = pending ? ids.pop() : undefined;
        for (const byte of asBytes) ids.push(byte);
        if (last !== undefined) ids.push(last);
      } else if (typeof unknown === 'string') {
        if (unknownId === undefined) throw new MissingUnknownError('There is no id for what the vocabulary lacks.');
        if (!(pending && file.fuse_unk === true)) ids.push(unknownId);
        pending = true;
      }
    }
    return ids;
  };
}

/** Merges in place; adds what is left. */
function mergeAll(symbols: number[], table: MergeTable, ids: number[]): void {
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
      const after = next[right] ?? -1;
      next[left] = after;
      if (after >= 0) previous[after] = left;
      const before = previous[left] ?? -1;
      if (before >= 0) offer(before, left);
      if (after >= 0) offer(left, after);
    }
  }
  for (const id of symbols) if (id >= 0) ids.push(id);
}
