/**
 * `npx tsx bench/tokenizers.ts`: this library's tokenizer beside the package it took the place of, in thousand tokens a second,
 * and how long a vocabulary of 250,000 takes to open. In processor time, so that other work on the machine counts less.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { ROOT } from '../scripts/package/paths.js';
import { TokenPipeline, type TokenizerFile } from '../src/runtime/tokens/pipeline.js';
import { loadTexts } from './texts.js';

const SHARED = join(ROOT, '../shared');
const GOLDEN = join(SHARED, 'golden/tokenizers/tokenizers');
/** Kinds → tokenizer.json. */
const FILES: Readonly<Record<string, string>> = {
  'WordPiece (all-MiniLM-L6-v2)': join(SHARED, 'models/all-MiniLM-L6-v2/tokenizer.json'),
  'byte-level BPE (RoBERTa)': join(GOLDEN, 'roberta.json'),
  'byte-level BPE (Llama 3)': join(GOLDEN, 'llama3.json'),
  'BPE of whole texts (Llama 2)': join(GOLDEN, 'llama2.json'),
  'Unigram (XLM-R)': join(GOLDEN, 'xlmr-old-nmt_nfkc.json'),
};
const ROUNDS = 5;
const ENTRIES = 250_000;
/** What the package wants to be there. */
const ABSENT = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

const { abstracts } = loadTexts(700, 0);
console.log('thousand tokens a second: own, package, ratio');
for (const [name, path] of Object.entries(FILES)) {
  if (!existsSync(path)) continue;
  const file = JSON.parse(readFileSync(path, 'utf8')) as TokenizerFile;
  const own = new TokenPipeline(file);
  const other = new Tokenizer({ ...ABSENT, ...file }, {});
  const ours = measure((text) => own.encode(text).length);
  const theirs = measure((text) => other.encode(text).ids.length);
  console.log(`${name}: ${ours.toFixed(0)}, ${theirs.toFixed(0)}, ${(ours / theirs).toFixed(1)}`);
}
const large = JSON.stringify(makeUnigram());
console.log(`opening ${String(ENTRIES)} entries with JSON.parse, ms and MB: own, package`);
console.log(open((file) => new TokenPipeline(file)));
console.log(open((file) => new Tokenizer({ ...ABSENT, ...file }, {})));

/** Tokens a millisecond, in the best of some rounds. */
function measure(count: (text: string) => number): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    const tokens = abstracts.reduce((sum, text) => sum + count(text), 0);
    best = Math.max(best, tokens / milliseconds(start));
  }
  return best;
}

function open(make: (file: TokenizerFile) => object): string {
  const before = process.memoryUsage();
  const start = process.cpuUsage();
  const opened = make(JSON.parse(large) as TokenizerFile);
  const took = milliseconds(start);
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return `${took.toFixed(0)} ms, ${(bytes / 1e6).toFixed(0)} MB (${opened.constructor.name})`;
}

function milliseconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Pieces of random letters, half of them at the start of a word. */
function makeUnigram(): object {
  let state = 12_345;
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const pieces = new Set<string>();
  while (pieces.size < ENTRIES) {
    const letters = Array.from({ length: 2 + Math.floor(random() * 9) }, () =>
      String.fromCharCode(97 + Math.floor(random() * random() * 26)),
    );
    pieces.add((random() < 0.5 ? '\u2581' : '') + letters.join(''));
  }
  const vocab = [...pieces].map((piece, index) => [piece, -index / 1e4]);
  return { model: { type: 'Unigram', unk_id: 0, vocab }, pre_tokenizer: { type: 'Metaspace' } };
}
