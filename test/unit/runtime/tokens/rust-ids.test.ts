/** Ids are those of Hugging Face's Rust tokenizers, for every kind of tokenizer that embedding models have. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../../src/runtime/tokens/tokenizer.js';
import { ROOT } from '../../../../scripts/package/paths.js';

interface Kind {
  readonly name: string;
  readonly tokenizer: object;
  /** By text. */
  readonly ids: readonly (readonly number[])[];
}

interface Kept {
  readonly texts: readonly string[];
  readonly kinds: Readonly<Record<string, Omit<Kind, 'name'>>>;
}

const HANDED_OVER = join(ROOT, '../shared/golden/tokenizers');

function parse(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

const kept = parse(ROOT, 'test/fixtures/rust-tokenizers.json') as Kept;

function readHandedOver(): { texts: readonly string[]; kinds: readonly Kind[] } {
  if (!existsSync(HANDED_OVER)) return { texts: [], kinds: [] };
  const all = parse(HANDED_OVER, 'ids.json') as Record<string, number[][]>;
  // Two cut and fill up by themselves, which this library leaves to its own limits.
  const kinds = Object.entries(all).filter(([name]) => !name.includes('truncation'));
  return {
    texts: parse(HANDED_OVER, 'texts.json') as string[],
    kinds: kinds.map(([name, ids]) => ({
      name,
      ids,
      tokenizer: parse(HANDED_OVER, 'tokenizers', `${name}.json`) as object,
    })),
  };
}

function expectIds({ tokenizer, ids }: Omit<Kind, 'name'>, texts: readonly string[]): void {
  const opened = openTokenizer(tokenizer);
  const own = texts.map((text) => opened.tokenize(text));
  for (const [index, text] of texts.entries()) expect(own[index], JSON.stringify(text)).toEqual(ids[index]);
}

describe('a tokenizer gives the ids of Rust', () => {
  test.each(Object.entries(kept.kinds))('of the kind %s', (_name, kind) => {
    expect(kept.texts.length).toBeGreaterThan(100);
    expectIds(kind, kept.texts);
  });
});

const handedOver = readHandedOver();

describe.skipIf(handedOver.kinds.length === 0)('a handed-over tokenizer gives the ids of Rust', () => {
  test.each(handedOver.kinds)('of the kind $name', (kind) => {
    expectIds(kind, handedOver.texts);
  });
});

const realModels = ['all-MiniLM-L6-v2', 'bge-small-en-v1.5'].filter((name) =>
  existsSync(join(HANDED_OVER, `../../models/${name}/tokenizer.json`)),
);

describe.skipIf(realModels.length === 0)('a real model gives the ids of Rust', () => {
  test.each(realModels)('%s', (name) => {
    const ids = (parse(HANDED_OVER, 'ids-real.json') as Record<string, number[][]>)[name] ?? [];
    const tokenizer = parse(HANDED_OVER, `../../models/${name}/tokenizer.json`) as object;
    expectIds({ tokenizer, ids }, handedOver.texts);
  });
});

/** One word, or none, for long. */
describe('a text without an end in sight', () => {
  const TEXTS = ['a', ' ', '\n', '日', '👩‍👩‍👧', '\u0301', '\u0e33', 'ﷺ', '!'].map((part) =>
    part.repeat(Math.ceil(100_000 / part.length)),
  );
  test.each(Object.entries(kept.kinds))('is read by the kind %s', (_name, { tokenizer }) => {
    const opened = openTokenizer(tokenizer);
    for (const text of TEXTS) expect(opened.tokenize(text).every(Number.isInteger)).toBe(true);
  });
});
