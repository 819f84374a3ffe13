/** Reads a regular expression from its start to its end. */
export class RegexReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#characters = Array.from(source);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  get seesQuantifier(): boolean {
    return /^(?:[*+?]|\{(?=\d|,\d)\d*,?\d*\})/.test(this.#rest(16));
  }

  /** The character so many places ahead; empty behind the end. */
  peek(ahead: number): string {
    return this.#characters[this.#at + ahead] ?? '';
  }

  sees(text: string): boolean {
    return this.#rest(text.length).startsWith(text);
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.skip(Array.from(text).length);
    return true;
  }

  /** @throws Error at the end. */
  take(): string {
    const character = this.peek(0);
    if (character === '') throw new Error('its regular expression ends too early');
    this.#at++;
    return character;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Takes what a sticky regular expression finds here. */
  match(regex: RegExp): RegExpExecArray | undefined {
    regex.lastIndex = 0;
    const found = regex.exec(this.#rest(64));
    if (!found) return undefined;
    this.skip(Array.from(found[0]).length);
    return found;
  }

  #rest(most: number): string {
    return this.#characters.slice(this.#at, this.#at + most).join('');
  }
}
