/** Unicode's normal forms, of the version that Rust's tokenizers have. */
import { NEWER } from '../characters.js';
import { orderMarks } from './order-marks.js';
import type { Normalize } from './normalizer-file.js';

const LEFT_ALONE = {
  NFC: undefined,
  NFD: NEWER.nfd,
  NFKC: NEWER.nfkc,
  NFKD: NEWER.nfd + NEWER.nfkc,
} as const;

/** Characters of ASCII have no other form. */
const ASCII = /^[\0-\x7f]*$/;

/** Source: Unicode, UAX #15. */
export function normalForm(form: keyof typeof LEFT_ALONE): Normalize {
  const newer = LEFT_ALONE[form];
  const parts = newer === undefined ? undefined : new RegExp(`([${newer}]+)`, 'u');
  return (text) => {
    if (ASCII.test(text)) return text;
    const ordered = orderMarks(text);
    if (!parts?.test(ordered)) return ordered.normalize(form);
    return ordered
      .split(parts)
      .map((part, index) => (index % 2 === 0 ? part.normalize(form) : part))
      .join('');
  };
}
