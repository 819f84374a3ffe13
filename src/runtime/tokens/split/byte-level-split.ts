/** Words as GPT-2 has them, as characters for their bytes. */
import { toByteLevel } from '../byte-level.js';
import { translateRegex } from '../regex.js';
import { splitAt } from './behaviour.js';
import { createPattern } from './pattern.js';
import type { Places, Split, SplitFile, SplitOptions } from './split-file.js';

/** Source: openai/gpt-2, `encoder.py`. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Source: Rust's tokenizers, `pre_tokenizers/byte_level` (defaults). */
export function createByteLevel(
  { add_prefix_space: addsBlank = true, use_regex: divides = true }: SplitFile,
  { hasPlaces }: SplitOptions,
): Split {
  const divide = divides ? splitAt(createPattern(translateRegex(WORDS)), 'Isolated', false) : undefined;
  return (text, start, emit) => {
    const lead = addsBlank && !text.startsWith(' ') ? 1 : 0;
    const give = (piece: string, place: number): void => {
      emit(toByteLevel(piece), place, hasPlaces ? listPlaces(piece, place - lead, start) : undefined);
    };
    const whole = ' '.repeat(lead) + text;
    if (divide) divide(whole, start, give);
    else give(whole, start);
  };
}

/** Every byte of a character is where the character is; a blank that was put before a text is at its start. */
function listPlaces(piece: string, from: number, least: number): Places {
  const starts: number[] = [];
  const ends: number[] = [];
  let place = from;
  for (const character of piece) {
    const end = place + character.length;
    for (let byte = 0; byte < toByteLevel(character).length; byte++) {
      starts.push(Math.max(least, place));
      ends.push(Math.max(least, end));
    }
    place = end;
  }
  return { starts, ends };
}
