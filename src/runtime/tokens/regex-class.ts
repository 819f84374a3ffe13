/** Classes of characters in a regular expression, and escapes that stand for some. */
import { REGEX_WORD as WORD, WHITE_SPACE } from './characters.js';
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
  punct: '\\p{P}$+<=>\\^`\\|~',
  cntrl: '\\p{Cc}',
  xdigit: '0-9a-fA-F',
  word: WORD,
  blank: '\\t\\p{Zs}',
};
/** Letters of ASCII that others are the same as, but for case. Source: Unicode, `CaseFolding.txt`. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a', '\u00e5': '\u212b' };

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
    for (let isFirst = true; isFirst || !reader.takes(']'); isFirst = false) {
      if (reader.takes('&&')) {
        operands.push(contents);
        contents = '';
        continue;
      }
      const item = readItem(reader, ignoresCase);
      contents += item.contents;
      needsSets ||= item.needsSets;
    }
    operands.push(contents);
    const start = isNegated ? '[^' : '[';
    if (operands.length === 1) return new RegexClass(`${start}${contents}]`, needsSets);
    return new RegexClass(`${start}${operands.map((operand) => `[${operand}]`).join('&&')}]`, true);
  }

  /** Reads an escape outside of a class: of a class, or of one character. */
  static readEscape(reader: RegexReader, ignoresCase: boolean): RegexClass {
    const { contents, needsSets } = readItem(reader, ignoresCase);
    return new RegexClass(`[${contents}]`, needsSets);
  }
}

interface Item {
  readonly contents: string;
  readonly needsSets: boolean;
}

/** A character, a range, an escape, or a class within. */
function readItem(reader: RegexReader, ignoresCase: boolean): Item {
  const posix = reader.match(/\[:(\^?)(\w+):\]/y);
  if (posix) return complement(POSIX[posix[2] ?? ''] ?? unknown(`[:${String(posix[2])}:]`), posix[1] === '^');
  if (reader.sees('[')) {
    const { text, needsSets } = RegexClass.read(reader, ignoresCase);
    // Only the newer flag has classes within classes; a union needs none.
    return text.startsWith('[^') || needsSets
      ? { contents: text, needsSets: true }
      : { contents: text.slice(1, -1), needsSets };
  }
  const set = reader.sees('\\') ? readSet(reader) : undefined;
  if (set) return set;
  const first = readCharacter(reader);
  if (!reader.sees('-') || reader.peek(1) === ']' || reader.peek(1) === '')
    return plain(escapeInside(first, ignoresCase));
  reader.take();
  const last = readCharacter(reader);
  return plain(`${hexadecimal(first)}-${hexadecimal(last)}${ignoresCase ? foldRange(first, last) : ''}`);
}

/** An escape that stands for several characters. */
function readSet(reader: RegexReader): Item | undefined {
  const letter = reader.peek(1);
  const property = reader.match(/\\([pP])\{(\^?)(\w+)\}/y);
  if (property) {
    const [, kind, hat, name = ''] = property;
    const isNegated = (kind === 'P') !== (hat === '^');
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

/** A category, a script, or another property. */
function findProperty(name: string): string {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  for (const candidate of [name, capital, `Script=${capital}`]) if (isProperty(candidate)) return candidate;
  const others: Readonly<Record<string, string>> = {
    Alpha: 'Alphabetic',
    Upper: 'Uppercase',
    Lower: 'Lowercase',
    Digit: 'Nd',
    Space: 'White_Space',
    Punct: 'P',
  };
  return others[capital] ?? unknown(`\\p{${name}}`);
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
  const variants = ignoresCase ? escapeInside(character, true) : '';
  return variants.includes('\\u', 1) ? `[${variants}]` : hexadecimal(character);
}

function escapeInside(character: string, ignoresCase: boolean): string {
  if (!ignoresCase) return hexadecimal(character);
  return [...listCases(character)].map(hexadecimal).join('');
}

function foldRange(first: string, last: string): string {
  let folded = '';
  const end = last.codePointAt(0) ?? 0;
  for (let code = first.codePointAt(0) ?? 0; code <= end; code++)
    folded += escapeInside(String.fromCodePoint(code), true);
  return folded;
}

/** The character and those that are the same but for case, of one code point each. */
function listCases(character: string): Set<string> {
  const lower = Object.entries(FOLDED).find(([, folded]) => folded === character)?.[0] ?? character.toLowerCase();
  const all = [character, lower, lower.toUpperCase(), FOLDED[lower] ?? character];
  return new Set(all.filter((each) => Array.from(each).length === 1));
}

/** Safe in and out of classes, with either flag. */
function hexadecimal(character: string): string {
  if (/[A-Za-z0-9 ]/.test(character) && character.length === 1) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function unknown(what: string): never {
  throw new Error(`its regular expression has '${what}'`);
}
