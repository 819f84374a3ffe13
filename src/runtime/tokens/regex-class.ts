/** Classes of characters in a regular expression, and escapes that stand for some. */
import { REGEX_WORD as WORD, WHITE_SPACE } from './characters.js';
import { checkCase, listCases, listMatches } from './regex-case.js';
import type { RegexReader } from './regex-reader.js';

/** Escapes of classes → what they have. Capital letters have the rest. Source: kkos/oniguruma, `doc/RE`. */
const ESCAPES: Readonly<Record<string, string>> = { s: WHITE_SPACE, w: WORD, d: '\\p{Nd}', h: '0-9a-fA-F' };
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
};
const POSIX: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  alnum: '\\p{Alphabetic}\\p{Nd}',
  digit: '\\p{Nd}',
  space: WHITE_SPACE,
  upper: '\\p{Uppercase}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}\\p{S}',
  cntrl: '\\p{Cc}',
  xdigit: '0-9a-fA-F',
  word: WORD,
  blank: '\\t\\p{Zs}',
};
/** What `\w` has outside of a class, too. Source: kkos/oniguruma, `unicode.c`, the table of Latin-1. */
export const MORE_OF_WORD = '\xb2\xb3\xb9\xbc-\xbe';

/** A class, translated. */
export class RegexClass {
  /** Complete, with brackets. */
  readonly text: string;
  /** Whether it has others within. */
  readonly needsSets: boolean;

  private constructor(text: string, needsSets: boolean) {
    this.text = text;
    this.needsSets = needsSets;
  }

  /** Reads `[…]`. */
  static read(reader: RegexReader, ignoresCase: boolean): RegexClass {
    reader.take();
    const isNegated = reader.takes('^');
    const operands: string[] = [];
    let contents = '';
    let needsSets = false;
    let needsCases = false;
    for (let isFirst = true; isFirst || !reader.takes(']'); isFirst = false) {
      if (reader.takes('&&')) {
        operands.push(contents);
        contents = '';
        continue;
      }
      const item = readItem(reader, ignoresCase);
      contents += item.contents;
      needsSets ||= item.needsSets;
      needsCases ||= item.needsCases === true;
    }
    operands.push(contents);
    if (operands.length > 1) {
      contents = `[${operands.map((operand) => `[${operand}]`).join('&&')}]`;
      needsSets = true;
    }
    if (needsCases)
      contents += listMatches(`[${contents}]`, needsSets ? 'iv' : 'iu')
        .map(hexadecimal)
        .join('');
    return new RegexClass(`${isNegated ? '[^' : '['}${contents}]`, needsSets);
  }

  /** Reads an escape outside of a class: of a class, or of one character. */
  static readEscape(reader: RegexReader, ignoresCase: boolean): RegexClass {
    if (reader.takes('\\w')) return new RegexClass(`[${WORD}${MORE_OF_WORD}]`, false);
    if (reader.takes('\\W')) return new RegexClass(`[^${WORD}${MORE_OF_WORD}]`, false);
    const { contents, needsSets } = readItem(reader, ignoresCase);
    return new RegexClass(`[${contents}]`, needsSets);
  }
}

interface Item {
  readonly contents: string;
  readonly needsSets: boolean;
  /** Whether those that are the same but for case are still to be found. */
  readonly needsCases?: boolean;
}

/** A character, a range, an escape, or a class within. */
function readItem(reader: RegexReader, ignoresCase: boolean): Item {
  const posix = reader.match(/\[:(\^?)(\w+):\]/y);
  if (posix) {
    const contents = POSIX[posix[2] ?? ''] ?? unknown(`[:${String(posix[2])}:]`);
    return { ...complement(contents, posix[1] === '^'), needsCases: ignoresCase };
  }
  if (reader.sees('[')) {
    const { text, needsSets } = RegexClass.read(reader, ignoresCase);
    // Only the newer flag has classes within classes; a union needs none.
    return text.startsWith('[^') || needsSets
      ? { contents: text, needsSets: true }
      : { contents: text.slice(1, -1), needsSets };
  }
  const set = reader.sees('\\') ? readSet(reader) : undefined;
  if (set) return { ...set, needsCases: ignoresCase };
  const first = readCharacter(reader);
  if (!reader.sees('-') || reader.peek(1) === ']' || reader.peek(1) === '')
    return plain(escapeInside(first, ignoresCase));
  reader.take();
  const last = readCharacter(reader);
  for (const end of ignoresCase ? [first, last] : []) checkCase(end);
  return { ...plain(`${hexadecimal(first)}-${hexadecimal(last)}`), needsCases: ignoresCase };
}

/** An escape that stands for several characters. */
function readSet(reader: RegexReader): Item | undefined {
  const letter = reader.peek(1);
  const property = reader.match(/\\([pP])\{(\^?)([\w -]+)\}/y);
  if (property) {
    const [, kind, hat, name = ''] = property;
    const isNegated = (kind === 'P') !== (hat === '^');
    const posix = OF_POSIX.test(name) ? POSIX[name.toLowerCase()] : undefined;
    if (posix !== undefined) return complement(posix, isNegated);
    return plain(`\\${isNegated ? 'P' : 'p'}{${findProperty(name)}}`);
  }
  const contents = ESCAPES[letter.toLowerCase()];
  if (contents === undefined) return undefined;
  reader.skip(2);
  return complement(contents, letter !== letter.toLowerCase());
}

function readCharacter(reader: RegexReader): string {
  if (!reader.takes('\\')) return reader.take();
  const code = reader.match(/x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|(0[0-7]{0,2})/y);
  if (code) {
    const [, long, short, unicode, octal] = code;
    const value = long ?? short ?? unicode;
    return String.fromCodePoint(value === undefined ? parseInt(octal ?? '0', 8) : parseInt(value, 16));
  }
  const letter = reader.take();
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  return /[A-Za-z0-9]/.test(letter) ? unknown(`\\${letter}`) : letter;
}

function plain(contents: string): Item {
  return { contents, needsSets: false };
}

function complement(contents: string, isNegated: boolean): Item {
  return isNegated ? { contents: `[^${contents}]`, needsSets: true } : plain(contents);
}

/** Properties that are what POSIX has by that name. */
const OF_POSIX = /^(?:alnum|alpha|blank|cntrl|digit|lower|space|upper|xdigit)$/i;

/** A category, a script, or another property. */
function findProperty(name: string): string {
  const capital = name.replace(/[^ _-]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  const title = capital.replace(/[ -]/g, '_');
  for (const candidate of [name, title, `Script=${title}`]) if (isProperty(candidate)) return candidate;
  return title === 'Punct' ? 'P' : unknown(`\\p{${name}}`);
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'u').unicode;
  } catch {
    return false;
  }
}

/** One character outside of a class. */
export function escapeLiteral(character: string, ignoresCase: boolean): string {
  const cases = ignoresCase ? listCases(character) : [character];
  return cases.length > 1 ? `[${cases.map(hexadecimal).join('')}]` : hexadecimal(character);
}

function escapeInside(character: string, ignoresCase: boolean): string {
  return (ignoresCase ? listCases(character) : [character]).map(hexadecimal).join('');
}

/** Safe in and out of classes, with either flag. */
function hexadecimal(character: string): string {
  if (/[A-Za-z0-9 ]/.test(character) && character.length === 1) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function unknown(what: string): never {
  throw new Error(`its regular expression has '${what}'`);
}
