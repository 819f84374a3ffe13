/** What BERT does to a text first: no controls, blanks around ideographs, no accents, small letters. */
import { NEWER, OLDER, WHITE_SPACE } from '../characters.js';
import { lowerCase } from './lower-case.js';
import { normalForm } from './normal-form.js';
import type { BertNormalizerFile, Normalize } from './normalizer-file.js';

const CONTROLS = new RegExp(`(?![\\t\\n\\r${NEWER.controls}])[\\0\\ufffd\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}]`, 'gu');
const BLANKS = new RegExp(`[${WHITE_SPACE}]`, 'gu');
/** The gap before U+2B920 is Rust's. Source: Rust's tokenizers, `is_chinese_char`. */
const IDEOGRAPHS =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const ACCENTS = new RegExp(`(?![${NEWER.bertMarks}])[\\p{Mn}${OLDER.bertMarks}]`, 'gu');
/** What only lower-casing changes. */
const PLAIN = /^[ -~]*$/;

/** Source: Devlin et al., "BERT", 2018, `tokenization.py`; Rust's tokenizers, `normalizers/bert`. */
export function createBertNormalizer(file: BertNormalizerFile): Normalize {
  const { clean_text: cleans = true, handle_chinese_chars: parts = true, lowercase: lowers = true } = file;
  const strips = file.strip_accents ?? lowers;
  const decompose = normalForm('NFD');
  return (text) => {
    if (PLAIN.test(text)) return lowers ? text.toLowerCase() : text;
    let normal = text;
    if (cleans) normal = normal.replace(CONTROLS, '').replace(BLANKS, ' ');
    if (parts) normal = normal.replace(IDEOGRAPHS, ' $& ');
    if (strips) normal = decompose(normal).replace(ACCENTS, '');
    return lowers ? lowerCase(normal) : normal;
  };
}
