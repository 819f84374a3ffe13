/** Tokenizers of real models, and what they tell about themselves. Ids of every kind are in `rust-ids.test.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { describe, expect, test } from 'vitest';
import { cutTokens } from '../../../../src/runtime/tokens/cut-tokens.js';
import { openTokenizer } from '../../../../src/runtime/tokens/tokenizer.js';
import { MINI_LM_DIR, readMiniLm } from '../../../support/mini-lm.js';
import { makeTokenizer } from '../../../support/tiny-models.js';
import { readModelFile, readReferences, TIED_TEXT_START } from '../../scripts/model/support.js';

const miniLm = readMiniLm();

/** Texts on which tokenizers differ when one of their parts does. */
const ODD_TEXTS = [
  ...['', ' ', '\n\t', 'a', 'Ünïcödé Straße', '東京タワー and 서울', '👩‍👩‍👧 family', 'e\u0301 é'],
  ...[
    '[CLS] in [SEP] between [MASK]',
    '<s> </s> <unk>',
    'x'.repeat(300),
    'tab\there  two  spaces',
    '\u0000\u00ad\ufffd',
  ],
  ...['3.1415 $9.99 100%', "don't won't it's", 'ﬁnd ﬂow', '\ud800 lone', 'mixed 中文 English عربى'],
];

interface Model {
  readonly name: string;
  readonly tokenizer: object;
  readonly config: object;
  readonly texts: readonly string[];
}

function parse(bytes: Uint8Array): object {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as object;
}

function listModels(): Model[] {
  const bundled = readReferences({ withTies: true });
  const models: Model[] = [
    {
      name: 'the bundled model (Unigram)',
      tokenizer: parse(readModelFile('tokenizer.json')),
      config: parse(readModelFile('tokenizer_config.json')),
      texts: bundled.map(({ text }) => text),
    },
    { name: 'a tiny BERT', tokenizer: makeTokenizer() as object, config: {}, texts: ['one two', 'ten eleven'] },
  ];
  if (miniLm) {
    models.push({
      name: 'all-MiniLM-L6-v2 (WordPiece)',
      tokenizer: parse(readFileSync(join(MINI_LM_DIR, 'tokenizer.json'))),
      config: parse(readFileSync(join(MINI_LM_DIR, 'tokenizer_config.json'))),
      texts: miniLm.map(({ text }) => text),
    });
  }
  return models;
}

describe.each(listModels())('the tokenizer of $name', ({ tokenizer, config, texts }) => {
  const opened = openTokenizer(tokenizer, config);
  const reference = new PreTrainedTokenizer(tokenizer, config);

  test('gives the ids that transformers.js gives', () => {
    // It makes another letter of a last Σ.
    for (const text of [...texts, ...ODD_TEXTS].filter((each) => !each.includes('Σ'))) {
      expect(opened.tokenize(text), JSON.stringify(text)).toEqual(reference.encode(text, { add_special_tokens: true }));
    }
  });

  test('knows the special tokens around a text', () => {
    const bare = reference.encode('a', { add_special_tokens: false });
    const { prefix, suffix } = opened.specialTokens;
    expect([...prefix, ...bare, ...suffix]).toEqual(reference.encode('a', { add_special_tokens: true }));
  });
});

test('gives the reference ids of the bundled model for every text but the one with a tie', () => {
  const [bundled] = listModels();
  const opened = openTokenizer(bundled?.tokenizer ?? {}, bundled?.config);
  const references = readReferences({ withTies: true });
  const different = references.filter(({ text, ids }) => opened.tokenize(text).join() !== ids.join());
  expect(references).toHaveLength(48);
  expect(different.map(({ text }) => text.slice(0, 10))).toEqual([TIED_TEXT_START]);
});

test('joins what is unknown as the library does, and takes texts that are too much for it', () => {
  const [bundled] = listModels();
  const opened = openTokenizer(bundled?.tokenizer ?? {}, bundled?.config);
  const reference = new PreTrainedTokenizer(bundled?.tokenizer ?? {}, bundled?.config ?? {});
  for (const text of ['日本語 と 日本', 'a 日 b 日日', '日', '日a日', 'a'.repeat(2000) + '日'.repeat(2000)]) {
    expect(opened.tokenize(text)).toEqual(reference.encode(text, { add_special_tokens: true }));
  }
  // The library takes minutes for the first, and the second is too many arguments.
  expect(opened.tokenize('日'.repeat(100_000))).toEqual(opened.tokenize('日'));
  expect(opened.tokenize('x y '.repeat(65_000)).length).toBeGreaterThan(130_000);
});

test.skipIf(!miniLm)('gives the ids of sentence-transformers for all-MiniLM-L6-v2, cut as it cuts', () => {
  const model = listModels().at(-1);
  const opened = openTokenizer(model?.tokenizer ?? {}, model?.config);
  const { specialTokens } = opened;
  expect(specialTokens).toEqual({ prefix: [101], suffix: [102] });
  for (const { text, ids } of miniLm ?? []) {
    expect(cutTokens(opened.tokenize(text), 256, 'end', specialTokens).ids).toEqual(ids);
  }
});
