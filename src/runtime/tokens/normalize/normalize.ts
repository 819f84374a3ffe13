/** The first part of a tokenizer that changes texts: they are made alike before they are divided. */
import { listCodes, NEWER, OLDER, WHITE_SPACE } from '../characters.js';
import { translateRegex } from '../regex.js';
import { createPattern, createTextPattern, walkMatches } from '../split/pattern.js';
import { UnknownPartError } from '../unknown-part.js';
import { createBertNormalizer } from './bert-normalizer.js';
import type { Normalize, NormalizerFile, NormalizeStep } from './normalizer-file.js';
import { createCharsmap } from './charsmap.js';
import { lowerCase } from './lower-case.js';
import { normalForm } from './normal-form.js';
import { toByteLevel } from '../byte-level.js';

const START = new RegExp(`^[${WHITE_SPACE}]+`, 'u');
const ACCENTS = new RegExp(`(?![${NEWER.marks}])[\\p{M}${OLDER.marks}]`, 'gu');
/** Source: google/sentencepiece, `nmt_nfkc`; Rust's tokenizers, `normalizers/unicode`, `do_nmt`. */
const NMT_DROPS = new RegExp(`[${listCodes('1-8 B E-1F 7F 8F 9F')}]`, 'gu');
const NMT_BLANKS = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g;

/** Kinds → what makes them. */
const KINDS: Readonly<Record<string, (file: NormalizerFile) => Normalize>> = {
  Sequence: ({ normalizers = [] }) => chain(normalizers.map(createNormalizer)),
  BertNormalizer: createBertNormalizer,
  NFC: () => normalForm('NFC'),
  NFD: () => normalForm('NFD'),
  NFKC: () => normalForm('NFKC'),
  NFKD: () => normalForm('NFKD'),
  Lowercase: () => lowerCase,
  StripAccents: () => (text) => text.replace(ACCENTS, ''),
  Strip: createStrip,
  Replace: createReplace,
  Prepend:
    ({ prepend = '' }) =>
    (text) =>
      text === '' ? '' : prepend + text,
  Precompiled: ({ precompiled_charsmap: charsmap }) => (charsmap ? createCharsmap(charsmap) : (text) => text),
  Nmt: () => (text) => text.replace(NMT_DROPS, '').replace(NMT_BLANKS, ' '),
  ByteLevel: () => toByteLevel,
};

/** The normalizers of a part of tokenizer.json in their order. @throws as {@link createNormalizer}. */
export function listSteps(file: NormalizerFile): NormalizeStep[] {
  if (file.type === 'Sequence') return (file.normalizers ?? []).flatMap(listSteps);
  return [
    {
      type: file.type,
      normalize: createNormalizer(file),
      ...(file.type === 'Prepend' && { prepends: file.prepend ?? '' }),
    },
  ];
}

/**
 * By the part of tokenizer.json.
 *
 * @throws UnknownPartError for a kind that isn't known here.
 */
export function createNormalizer(file: NormalizerFile): Normalize {
  const make = Object.hasOwn(KINDS, file.type) ? KINDS[file.type] : undefined;
  if (!make) throw new UnknownPartError('normalizer', file.type);
  return make(file);
}

function chain(steps: readonly Normalize[]): Normalize {
  return (text) => steps.reduce((normal, step) => step(normal), text);
}

function createStrip({ strip_left: left = true, strip_right: right = true }: NormalizerFile): Normalize {
  return (text) => {
    const rest = left ? text.replace(START, '') : text;
    return right ? rest.slice(0, findEnd(rest)) : rest;
  };
}

/** A regular expression would begin anew at every blank of the text. */
function findEnd(text: string): number {
  let end = text.length;
  while (end > 0 && START.test(text.charAt(end - 1))) end--;
  return end;
}

function createReplace({ pattern = {}, content = '' }: NormalizerFile): Normalize {
  const { String: part, Regex: source } = pattern;
  if (part !== undefined && part !== '') return (text) => text.replaceAll(part, () => content);
  const find = part === undefined ? createPattern(translateRegex(source ?? '')) : createTextPattern(part);
  return (text) => {
    let replaced = '';
    walkMatches(text, find, (from, to, isMatch) => (replaced += isMatch ? content : text.slice(from, to)));
    return replaced;
  };
}
