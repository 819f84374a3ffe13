/** Unicode's normal forms, of the version that Rust's tokenizers have. */
import { NEWER } from '../characters.js';
import { orderMarks } from './order-marks.js';
import type { Normalize } from './normalizer-file.js';

/** Marks that are newer have no order to Rust, and others don't pass them. */
const LEFT_ALONE = {
  NFC: NEWER.marks + NEWER.nfc,
  NFD: NEWER.marks + NEWER.nfd,
  NFKC: NEWER.marks + NEWER.nfc + NEWER.nfkc,
  NFKD: NEWER.marks + NEWER.nfd + NEWER.nfkc,
} as const;

/** Characters of ASCII have no other form. */
const ASCII = /^[\0-\x7f]*$/;

/** Source: Unicode, UAX #15. */
export function normalForm(form: keyof typeof LEFT_ALONE): Normalize {
  const newer = new RegExp(`([${LEFT_ALONE[form]}]+)`, 'u');
  return (text) => {
    if (ASCII.test(text)) return text;
    if (!newer.test(text)) return orderMarks(text).normalize(form);
    const parts = text.split(newer);
    return parts.map((part, index) => (index % 2 === 0 ? orderMarks(part).normalize(form) : part)).join('');
  };
}
