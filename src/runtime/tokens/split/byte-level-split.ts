/** Words as GPT-2 has them, as characters for their bytes. */
import { toByteLevel } from '../byte-level.js';
import { translateRegex } from '../regex.js';
import { splitAt } from './behaviour.js';
import { createPattern } from './pattern.js';
import type { Split, SplitFile } from './split-file.js';

/** Source: openai/gpt-2, `encoder.py`. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Source: Rust's tokenizers, `pre_tokenizers/byte_level` (defaults). */
export function createByteLevel({ add_prefix_space: addsBlank = true, use_regex: divides = true }: SplitFile): Split {
  const divide = divides ? splitAt(createPattern(translateRegex(WORDS)), 'Isolated', false) : undefined;
  return (text, start, emit) => {
    const whole = addsBlank && !text.startsWith(' ') ? ` ${text}` : text;
    if (!divide) emit(toByteLevel(whole), start);
    else
      divide(whole, start, (piece, place) => {
        emit(toByteLevel(piece), place);
      });
  };
}
