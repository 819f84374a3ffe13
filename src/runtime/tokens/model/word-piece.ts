/** WordPiece and WordLevel: the longest pieces of a word that a vocabulary has, from the left, or the whole word. */
import { MissingUnknownError, rememberPieces, type Spans, type TokenModel } from './model.js';
import { ROOT, Trie } from './trie.js';

/** The fields of a WordPiece model in tokenizer.json that count. */
export interface WordPieceFile {
  readonly vocab: Readonly<Record<string, number>>;
  readonly unk_token?: string;
  readonly continuing_subword_prefix?: string;
  readonly max_input_chars_per_word?: number;
}

/** Source: Devlin et al., "BERT", 2018, and its `tokenization.py`; Rust's tokenizers, `models/wordpiece` (defaults). */
export function createWordPiece(file: WordPieceFile): TokenModel {
  const { unk_token: unknown = '[UNK]', continuing_subword_prefix: prefix = '##' } = file;
  const maxCharacters = file.max_input_chars_per_word ?? 100;
  const trie = makeTrie(file.vocab);
  const unknownId = trie.find(unknown);
  const inside = trie.walk(prefix);
  const giveUp = (word: string, start: number, ids: number[], spans?: Spans): void => {
    if (unknownId === undefined) throw new MissingUnknownError();
    ids.length = start;
    ids.push(unknownId);
    spans?.splice(0, spans.length, 0, word.length);
  };
  const encode: TokenModel['encode'] = (word, ids, spans) => {
    const first = ids.length;
    if (word.length > maxCharacters && countCharacters(word) > maxCharacters) {
      giveUp(word, first, ids, spans);
      return;
    }
    for (let start = 0; start < word.length;) {
      let node = start === 0 ? ROOT : inside;
      let id = -1;
      let end = start;
      for (let index = start; index < word.length && node >= 0; index++) {
        node = trie.next(node, word.charCodeAt(index));
        const value = node < 0 ? -1 : trie.valueAt(node);
        if (value >= 0) [id, end] = [value, index + 1];
      }
      if (id < 0) {
        giveUp(word, first, ids, spans);
        return;
      }
      ids.push(id);
      spans?.push(start, end);
      start = end;
    }
  };
  return {
    ...(unknownId !== undefined && { unknownId }),
    idOf: (token) => trie.find(token),
    encode: rememberPieces(encode),
  };
}

/** The fields of a WordLevel model in tokenizer.json that count. */
export interface WordLevelFile {
  readonly vocab: Readonly<Record<string, number>>;
  readonly unk_token?: string;
}

/** Source: Rust's tokenizers, `models/wordlevel`. */
export function createWordLevel({ vocab, unk_token: unknown = '<unk>' }: WordLevelFile): TokenModel {
  const known = new Map(Object.entries(vocab));
  const unknownId = known.get(unknown);
  return {
    ...(unknownId !== undefined && { unknownId }),
    idOf: (token) => known.get(token),
    encode: (word, ids, spans) => {
      if (word === '') return;
      const id = known.get(word) ?? unknownId;
      if (id === undefined) throw new MissingUnknownError();
      ids.push(id);
      spans?.push(0, word.length);
    },
  };
}

function makeTrie(vocab: Readonly<Record<string, number>>): Trie {
  const tokens = Object.keys(vocab);
  const trie = new Trie(tokens.length);
  for (const token of tokens) trie.set(token, vocab[token] ?? 0);
  return trie;
}

function countCharacters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) if ((text.charCodeAt(index) & 0xfc00) !== 0xdc00) count++;
  return count;
}
