/** Blanks as SentencePiece has them: characters of their own, at the start of words. */
import type { MetaspaceFile, Places, Split, SplitOptions } from './split-file.js';

/** Source: Rust's tokenizers, `pre_tokenizers/metaspace` (defaults, and the older field). */
export function createMetaspace(file: MetaspaceFile, { hasPlaces }: SplitOptions): Split {
  const { replacement = '\u2581', split: divides = true } = file;
  const scheme = file.add_prefix_space === false ? 'never' : (file.prepend_scheme ?? 'always');
  return (text, start, emit) => {
    const blanks = text.replaceAll(' ', replacement);
    const isPrefixed = scheme === 'always' || (scheme === 'first' && start <= 0);
    const whole = isPrefixed && !blanks.startsWith(replacement) ? replacement + blanks : blanks;
    const lead = whole.length - blanks.length;
    const cut = (from: number, to: number): void => {
      emit(
        whole.slice(from, to),
        start + from,
        hasPlaces ? listPlaces(start + from, to - from, start, lead) : undefined,
      );
    };
    if (!divides) {
      cut(0, whole.length);
      return;
    }
    for (let from = 0; from < whole.length;) {
      const next = whole.indexOf(replacement, from + 1);
      const end = next < 0 ? whole.length : next;
      cut(from, end);
      from = end;
    }
  };
}

/** A blank that was put before a text is at its start. */
function listPlaces(from: number, length: number, start: number, lead: number): Places {
  const starts = Array.from({ length }, (_, index) => Math.max(start, from + index - lead));
  return { starts, ends: starts.map((_, index) => Math.max(start, from + index + 1 - lead)) };
}
