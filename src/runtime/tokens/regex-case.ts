/** What is the same but for case, in a regular expression that ignores it. */

/** Letters of ASCII that others are the same as, but for case. Source: Unicode, `CaseFolding.txt`. */
const ODD: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };
/** Two letters that one of another sort is the same as, but for case: ﬀ, ﬁ, ﬂ, ß, ﬆ. Source: as {@link ODD}, status F. */
const LIGATURES = /^(?:f[fil]|[s\u017f][s\u017ft])$/i;
/** No letters that have a case are behind it. */
const LAST = 0x1_ffff;

/** A character and those that are the same but for case, of one code point each. @throws as {@link checkCase}. */
export function listCases(character: string): string[] {
  checkCase(character);
  if (!/[a-z]/i.test(character)) {
    return character > '\x7f' ? [...new Set([character, ...listMatches(`[${character}]`, 'iu')])] : [character];
  }
  const lower = character.toLowerCase();
  return [...new Set([character, lower, lower.toUpperCase(), ODD[lower] ?? lower])];
}

/** Characters with a case that a class has, when case is ignored. @throws Error for a class that JavaScript doesn't know. */
export function listMatches(set: string, flags: 'iu' | 'iv'): string[] {
  const pattern = new RegExp(`^${set}$`, flags);
  const all = Array.from({ length: LAST }, (_, code) =>
    code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code),
  );
  const cased = all.join('').match(/[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/gu) ?? [];
  return cased.filter((character) => pattern.test(character));
}

/**
 * Oniguruma takes ß for ss. What is one letter here and several there isn't translated.
 *
 * @param next - the character behind.
 * @throws Error for such a one.
 */
export function checkCase(character: string, next = ''): void {
  const forms = [character.toLowerCase(), character.toUpperCase(), character.toLowerCase().toUpperCase()];
  const isSeveral = forms.some((form) => Array.from(form).length > 1);
  if (!isSeveral && !LIGATURES.test(character + next)) return;
  throw new Error(`its regular expression ignores the case of '${isSeveral ? character : character + next}'`);
}
