/**
 * Regular expressions of tokenizer.json, which are Oniguruma's in Ruby's syntax, as JavaScript's. What differs: possessive
 * quantifiers, atomic groups, `(?i:…)`, line anchors, classes within classes, and which characters `\s`, `\w`, `\d` have.
 */
import { REGEX_WORD, WHITE_SPACE } from './characters.js';
import { checkCase } from './regex-case.js';
import { escapeLiteral, MORE_OF_WORD, RegexClass } from './regex-class.js';
import { RegexReader } from './regex-reader.js';

const WORD = REGEX_WORD + MORE_OF_WORD;
const BOUNDARY = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
const NO_BOUNDARY = `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`;

/** Escapes that aren't characters. Source: kkos/oniguruma, `doc/RE`. */
const PLACES: Readonly<Record<string, string>> = {
  A: '^',
  z: '$',
  Z: '(?=\\n?$)',
  b: BOUNDARY,
  B: NO_BOUNDARY,
  R: '(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])',
};

/** Ways a group begins that are the same in both. */
const GROUPS = ['(?:', '(?=', '(?!', '(?<=', '(?<!'];

/** White space before a line's end: each blank would be tried anew, and nothing is found where the first wasn't. */
const TRAILING_BLANKS = /^\\s(\+\+?)\$$/;

/**
 * A global regular expression that finds what Oniguruma finds.
 *
 * @throws Error for what can't be translated.
 */
export function translateRegex(source: string): RegExp {
  const prefix = TRAILING_BLANKS.test(source) ? `(?<![${WHITE_SPACE}])` : '';
  const translation = new Translation(source);
  const pattern = translation.translate();
  return new RegExp(prefix + pattern, translation.needsSets ? 'gv' : 'gu');
}

class Translation {
  readonly #reader: RegexReader;
  #atomics = 0;
  /** Groups around that look behind, which are matched from their end. */
  #behinds = 0;
  /** Whether classes are within classes, which only the newer flag knows. */
  needsSets = false;

  constructor(source: string) {
    this.#reader = new RegexReader(source);
  }

  translate(): string {
    const pattern = this.#alternatives(false);
    if (!this.#reader.isAtEnd) throw new Error('its regular expression has a bracket too many');
    return pattern;
  }

  #alternatives(ignoresCase: boolean): string {
    let pattern = '';
    while (!this.#reader.isAtEnd && !this.#reader.sees(')')) {
      if (this.#reader.takes('|')) pattern += '|';
      // Alternatives behind it are within, too.
      else if (this.#reader.takes('(?i)')) pattern += `(?:${this.#alternatives(true)})`;
      else pattern += this.#quantified(this.#atom(ignoresCase));
    }
    return pattern;
  }

  #atom(ignoresCase: boolean): string {
    const reader = this.#reader;
    if (reader.sees('(')) return this.#group(ignoresCase);
    if (reader.sees('[')) {
      const set = RegexClass.read(reader, ignoresCase);
      this.needsSets ||= set.needsSets;
      return set.text;
    }
    if (reader.takes('.')) return '[^\\n]';
    if (reader.takes('^')) return '(?<=\\n|^)';
    if (reader.takes('$')) return '(?=\\n|$)';
    if (!reader.sees('\\')) return this.#literal(ignoresCase);
    const place = PLACES[reader.peek(1)];
    if (place === undefined) {
      const { text, needsSets } = RegexClass.readEscape(reader, ignoresCase);
      this.needsSets ||= needsSets;
      return text;
    }
    reader.skip(2);
    return place;
  }

  #literal(ignoresCase: boolean): string {
    const reader = this.#reader;
    const character = reader.take();
    if (/[*+?]/.test(character)) throw new Error(`its regular expression has nothing before '${character}'`);
    if (ignoresCase) checkCase(character, reader.peek(0));
    return escapeLiteral(character, ignoresCase);
  }

  #group(ignoresCase: boolean): string {
    const reader = this.#reader;
    const known = GROUPS.find((start) => reader.takes(start));
    const isAtomic = known === undefined && reader.takes('(?>');
    const flags = known === undefined && !isAtomic ? reader.match(/\(\?(-?i):/y) : undefined;
    // Nothing looks at what a group has captured.
    if (known === undefined && !isAtomic && flags === undefined && !reader.match(/\((?:\?<[A-Za-z]\w*>|(?!\?))/y)) {
      throw new Error(`its regular expression has a group '${reader.peek(0)}${reader.peek(1)}${reader.peek(2)}'`);
    }
    const looksBehind = known?.startsWith('(?<') === true;
    if (looksBehind) this.#behinds++;
    const inside = this.#alternatives(flags === undefined ? ignoresCase : flags[1] === 'i');
    if (looksBehind) this.#behinds--;
    if (!reader.takes(')')) throw new Error('its regular expression lacks a bracket');
    return isAtomic ? this.#atomic(inside) : `${known ?? '(?:'}${inside})`;
  }

  #quantified(atom: string): string {
    let pattern = atom;
    for (;;) {
      const found = this.#reader.match(/([*+?])([+?]?)/y);
      if (found) {
        const [, quantifier = '', kind = ''] = found;
        pattern = kind === '+' ? this.#atomic(pattern + quantifier) : pattern + quantifier + kind;
        if (this.#reader.seesQuantifier) pattern = `(?:${pattern})`;
        continue;
      }
      const times = this.#reader.match(/\{(?=\d|,\d)(\d*)(,?)(\d*)\}(\??)/y);
      if (!times) return pattern;
      const [, least = '', comma = '', most = '', lazy = ''] = times;
      pattern += `{${least === '' ? '0' : least}${comma}${most}}`;
      // Of a fixed number nothing is lazy: it may be left out.
      pattern = comma === '' && lazy !== '' ? `(?:${pattern})?` : pattern + lazy;
      if (this.#reader.seesQuantifier) pattern = `(?:${pattern})`;
    }
  }

  /** What was matched isn't given back: a look ahead is never tried again. */
  #atomic(pattern: string): string {
    if (this.#behinds > 0) throw new Error("its regular expression has what isn't given back in a look behind");
    const name = `a${String(this.#atomics++)}`;
    return `(?=(?<${name}>${pattern}))\\k<${name}>`;
  }
}
