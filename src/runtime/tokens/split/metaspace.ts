/** Blanks as SentencePiece has them: characters of their own, at the start of words. */
import type { MetaspaceFile, Split } from './split-file.js';

/** Source: Rust's tokenizers, `pre_tokenizers/metaspace` (defaults, and the older field). */
export function createMetaspace(file: MetaspaceFile): Split {
  const { replacement = '\u2581', split: divides = true } = file;
  const scheme = file.add_prefix_space === false ? 'never' : (file.prepend_scheme ?? 'always');
  return (text, start, emit) => {
    const blanks = text.replaceAll(' ', replacement);
    const isPrefixed = scheme === 'always' || (scheme === 'first' && start === 0);
    const whole = isPrefixed && !blanks.startsWith(replacement) ? replacement + blanks : blanks;
    if (!divides) {
      emit(whole, start);
      return;
    }
    for (let from = 0; from < whole.length;) {
      const next = whole.indexOf(replacement, from + 1);
      const end = next < 0 ? whole.length : next;
      emit(whole.slice(from, end), start + from);
      from = end;
    }
  };
}
