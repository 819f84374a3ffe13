/** The second part of a tokenizer: texts divided into pieces, which tokens don't cross. */
import { WHITE_SPACE, WORD, PUNCTUATION } from '../characters.js';
import { translateRegex } from '../regex.js';
import { UnknownPartError } from '../unknown-part.js';
import { createBertSplit } from './bert-split.js';
import { createByteLevel } from './byte-level-split.js';
import { createMetaspace } from './metaspace.js';
import type { Places, Split, SplitFile, SplitOptions } from './split-file.js';
import { splitAt } from './behaviour.js';
import type { Behaviour, FindNext } from './split-file.js';
import { createNewestPattern, createPattern, createTextPattern } from './pattern.js';
import { splitScripts } from './scripts.js';

/** Source: Rust's tokenizers, `pre_tokenizers`. */
const KINDS: Readonly<Record<string, (file: SplitFile, options: SplitOptions) => Split>> = {
  Sequence: ({ pretokenizers = [] }, options) => chain(pretokenizers.map((part) => createSplit(part, options))),
  BertPreTokenizer: createBertSplit,
  ByteLevel: createByteLevel,
  Metaspace: createMetaspace,
  Whitespace: () => ofClass(`[${WORD}]+|[^${WORD}${WHITE_SPACE}]+`, 'Removed', true),
  WhitespaceSplit: () => ofClass(`[^${WHITE_SPACE}]+`, 'Removed', true),
  Punctuation: ({ behavior = 'Isolated' }) => ofClass(PUNCTUATION, behavior),
  Digits: ({ individual_digits: isEach = false }) =>
    splitAt(createNewestPattern(/\p{N}/gu), isEach ? 'Isolated' : 'Contiguous', false),
  CharDelimiterSplit: ({ delimiter = '' }) => splitAt(createTextPattern(delimiter), 'Removed', false),
  FixedLength: createFixedLength,
  UnicodeScripts: () => splitScripts,
  Split: ({ pattern = {}, behavior = 'Removed', invert = false }) => splitAt(findPattern(pattern), behavior, invert),
};

/**
 * By the part of tokenizer.json.
 *
 * @throws UnknownPartError for a kind that isn't known here; Error for a regular expression that can't be.
 */
export function createSplit(file: SplitFile, options: SplitOptions): Split {
  const make = Object.hasOwn(KINDS, file.type) ? KINDS[file.type] : undefined;
  if (!make) throw new UnknownPartError('pre_tokenizer', file.type);
  return make(file, options);
}

/** Whether a text's first piece is divided otherwise than those behind it. */
export function marksFirst({ type, pretokenizers = [], prepend_scheme: scheme }: SplitFile): boolean {
  return (type === 'Metaspace' && scheme === 'first') || pretokenizers.some(marksFirst);
}

function findPattern({ String: text, Regex: source }: { readonly String?: string; readonly Regex?: string }): FindNext {
  return text === undefined ? createPattern(translateRegex(source ?? '')) : createTextPattern(text);
}

function ofClass(source: string, behaviour: Behaviour, isInverted = false): Split {
  return splitAt(createPattern(new RegExp(source, 'gu')), behaviour, isInverted);
}

function chain(steps: readonly Split[]): Split {
  const [first, ...rest] = steps;
  if (first === undefined)
    return (text, start, emit) => {
      emit(text, start);
    };
  if (rest.length === 0) return first;
  const then = chain(rest);
  return (text, start, emit) => {
    first(text, start, (piece, place, places) => {
      then(
        piece,
        place,
        places
          ? (inner, at, own) => {
              emit(inner, at, compose(inner, at - place, own, place, places));
            }
          : emit,
      );
    });
  };
}

/** Places of a piece of a piece. */
function compose(piece: string, offset: number, own: Places | undefined, start: number, outer: Places): Places {
  const units = Array.from({ length: piece.length }, (_, index) => index);
  const from = own ? own.starts.map((place) => place - start) : units.map((unit) => offset + unit);
  const to = own ? own.ends.map((place) => place - start - 1) : from;
  return {
    starts: from.map((unit) => outer.starts[unit] ?? start),
    ends: to.map((unit, index) =>
      unit < (from[index] ?? 0) ? (outer.starts[unit + 1] ?? start) : (outer.ends[unit] ?? start),
    ),
  };
}

/** So many characters each, and what is left. */
function createFixedLength({ length = 5 }: SplitFile): Split {
  if (!(length >= 1)) throw new Error('its pieces of a fixed length have none');
  return (text, start, emit) => {
    const characters = Array.from(text);
    let place = start;
    for (let index = 0; index < characters.length; index += length) {
      const piece = characters.slice(index, index + length).join('');
      emit(piece, place);
      place += piece.length;
    }
  };
}
