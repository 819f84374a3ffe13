/** What is embedded: abstracts of the Cranfield collection when it lies beside the checkout, else generated text. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import { GENERATED_SOURCE, generateCorpus, type Corpus } from './generate-corpus.js';

/** The texts of a run. */
export interface BenchTexts {
  /** Where they are from, in words. */
  readonly source: string;
  readonly abstracts: readonly string[];
  readonly notes: readonly string[];
  /** All there are, to be indexed; those of `abstracts` are among them. */
  readonly corpus: readonly string[];
  /** Their beginnings, as long as `notes`. */
  readonly corpusNotes: readonly string[];
  /** To choose from by length. */
  readonly queries: readonly string[];
}

const CRANFIELD = join(ROOT, '../shared/corpora/cranfield.json');

/** Texts of a corpus where there is none; Cranfield's count. */
const GENERATED = 1400;

/** One request takes no more. */
const MAX_PER_REQUEST = 2048;

/** Words of the notes in turn; 15 on average. */
const NOTE_WORDS = [12, 13, 14, 15, 16, 17, 18];

/** The first `abstracts` abstracts, and as many notes: the beginnings of the abstracts after those. */
export function loadTexts(abstracts: number, notes: number): BenchTexts {
  const isThere = existsSync(CRANFIELD);
  const corpus = isThere ? readCranfield() : generateCorpus(GENERATED);
  return {
    source: isThere ? 'abstracts of the Cranfield collection from the first on, and its queries' : GENERATED_SOURCE,
    abstracts: corpus.abstracts.slice(0, abstracts),
    notes: corpus.abstracts.slice(abstracts, abstracts + notes).map(toNote),
    corpus: corpus.abstracts.slice(0, MAX_PER_REQUEST),
    corpusNotes: corpus.abstracts.slice(0, MAX_PER_REQUEST).map(toNote),
    queries: corpus.queries,
  };
}

/**
 * The same words in another order: text no engine has seen, with as much work in it as before. So an engine that
 * remembers vectors of earlier texts gains nothing by it.
 */
export function rotateWords(text: string, by: number): string {
  const words = text.split(' ');
  const start = by % words.length;
  return [...words.slice(start), ...words.slice(0, start)].join(' ');
}

/** {@link rotateWords} of each text. */
export function rotateAll(texts: readonly string[], by: number): string[] {
  return texts.map((text) => rotateWords(text, by));
}

function readCranfield(): Corpus {
  const { docs, queries } = JSON.parse(readFileSync(CRANFIELD, 'utf8')) as {
    docs: { text: string }[];
    queries: { text: string }[];
  };
  // A few entries of the collection are empty.
  const abstracts = docs.map(({ text }) => text).filter((text) => text.trim() !== '');
  return { abstracts, queries: queries.map(({ text }) => text) };
}

function toNote(abstract: string, index: number): string {
  return abstract
    .split(' ')
    .slice(0, NOTE_WORDS[index % NOTE_WORDS.length])
    .join(' ');
}
