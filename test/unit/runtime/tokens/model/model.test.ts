/** Tries, tables and queues against what is plain to see, and byte-pair encoding against doing it by hand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddedTokens } from '../../../../../src/runtime/tokens/added-tokens.js';
import { createBpe } from '../../../../../src/runtime/tokens/model/bpe.js';
import { MergeQueue } from '../../../../../src/runtime/tokens/model/merge-queue.js';
import { MergeTable } from '../../../../../src/runtime/tokens/model/merge-table.js';
import { Trie } from '../../../../../src/runtime/tokens/model/trie.js';

const LETTERS = ['a', 'b', 'c', '😀'] as const;
const word = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 6 });
const filled = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 4 });

test('a trie knows what a map knows, and has grown for it', () => {
  fc.assert(
    fc.property(fc.array(filled, { maxLength: 40 }), fc.array(word), (texts, others) => {
      const trie = new Trie(0);
      const map = new Map<string, number>();
      for (const [index, text] of texts.entries()) {
        trie.set(text, index);
        map.set(text, index);
      }
      for (const text of [...texts, ...others]) expect(trie.get(text)).toBe(map.get(text) ?? -1);
    }),
  );
  const large = new Trie(1);
  const texts = Array.from({ length: 5000 }, (_, index) => `${String(index)}!`);
  for (const [index, text] of texts.entries()) large.set(text, index);
  expect(texts.every((text, index) => large.get(text) === index)).toBe(true);
  expect(large.get('5')).toBe(-1);
});

test('a queue gives the earliest merge, of equal ones the leftmost', () => {
  const entry = fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      const queue = new MergeQueue(entries.length);
      for (const [rank, place] of entries) queue.push(rank, place);
      const sorted = [...entries].sort(([one, left], [other, right]) => one - other || left - right);
      for (const [rank, place] of sorted) {
        expect(queue.pop()).toBe(place);
        expect(queue.rank).toBe(rank);
      }
      expect(queue.pop()).toBe(-1);
    }),
  );
});

interface Bpe {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
}

/** Merges of tokens that are there, in a random order. */
const bpe: fc.Arbitrary<Bpe> = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 25 }).map((pairs) => {
  const tokens: string[] = [...LETTERS];
  const merges = new Map<string, [string, string]>();
  for (const [one, other] of pairs) {
    const [left = '', right = ''] = [tokens[one % tokens.length], tokens[other % tokens.length]];
    if ((left + right).length > 12) continue;
    if (!merges.has(`${left} ${right}`)) merges.set(`${left} ${right}`, [left, right]);
    if (!tokens.includes(left + right)) tokens.push(left + right);
  }
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: [...merges.values()] };
});

/** The earliest merge that fits, at the leftmost place, until none fits. */
function mergeByHand({ vocab, merges }: Bpe, text: string): number[] {
  let symbols = Array.from(text);
  for (;;) {
    const fits = merges.find(([left, right]) => symbols.some((each, at) => each === left && symbols[at + 1] === right));
    if (!fits) return symbols.map((each) => vocab[each] ?? -1);
    const at = symbols.findIndex((each, index) => each === fits[0] && symbols[index + 1] === fits[1]);
    symbols = [...symbols.slice(0, at), fits[0] + fits[1], ...symbols.slice(at + 2)];
  }
}

test('byte-pair encoding merges as one does by hand', () => {
  const text = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 30 });
  fc.assert(
    fc.property(bpe, text, (file, piece) => {
      const ids: number[] = [];
      createBpe(file).encode(piece, ids);
      expect(ids).toEqual(mergeByHand(file, piece));
    }),
  );
});

test('a table of merges takes the last place of a pair that is there twice, and refuses tokens that are not', () => {
  const ids: Readonly<Record<string, number>> = { a: 0, b: 1, ab: 2 };
  const table = new MergeTable([['a', 'b'], 'a b'], (token) => ids[token], '');
  expect(table.find(0, 1)).toBe(1);
  expect(table.resultOf(1)).toBe(2);
  expect(table.find(1, 0)).toBe(-1);
  expect(() => new MergeTable(['b a'], (token) => ids[token], '')).toThrow('merge 0');
});

test('added tokens are the longest of those that begin first, and the rest is what is between', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(filled, { maxLength: 5 }),
      fc.string({ unit: fc.constantFrom(...LETTERS) }),
      (tokens, text) => {
        const added = new AddedTokens(
          tokens.map((content, id) => ({ id, content })),
          ({ content }) => content,
        );
        const found: string[] = [];
        added.split(text, (from, to, id) => found.push(`${String(id)}:${text.slice(from, to)}`));
        expect(found).toEqual(splitByHand(tokens, text));
      },
    ),
  );
});

function splitByHand(tokens: readonly string[], text: string): string[] {
  const found: string[] = [];
  let rest = '';
  const characters = Array.from(text);
  const close = (): void => {
    if (rest !== '') found.push(`undefined:${rest}`);
    rest = '';
  };
  for (let index = 0; index < characters.length;) {
    const here = characters.slice(index).join('');
    const [longest] = tokens.filter((token) => here.startsWith(token)).sort((a, b) => b.length - a.length);
    if (longest === undefined) rest += characters[index++] ?? '';
    else {
      close();
      found.push(`${String(tokens.indexOf(longest))}:${longest}`);
      index += Array.from(longest).length;
    }
  }
  close();
  return found;
}
