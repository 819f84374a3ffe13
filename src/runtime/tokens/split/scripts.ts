/** Writings: Latin, Greek, Han, … */
import type { Split } from './split-file.js';

/** Unicode's scripts by their short names; those of Japanese are one. */
const SCRIPTS =
  'Zyyy Latn Han Arab Armn Beng Cyrl Deva Grek Gujr Guru Hang Hebr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thaa Thai Tibt Geor Ethi Cher Cans Ogam Runr Khmr Mong Hira Kana Bopo Yiii Zinh Adlm Aghb Ahom Armi Avst Bali Bamu Bass Batk Bhks Brah Brai Bugi Buhd Cakm Cari Cham Copt Cprt Dsrt Dupl Egyp Elba Glag Goth Gran Hano Hatr Hluw Hmng Hung Ital Java Kali Khar Khoj Kthi Lana Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Mand Mani Marc Mend Merc Mero Modi Mroo Mtei Mult Narb Nbat Newa Nkoo Nushu Olck Orkh Osge Osma Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Samr Sarb Saur Sgnw Shaw Shrd Sidd Sind Sora Sund Sylo Syrc Tagb Takr Tale Talu Tang Tavt Tfng Tglg Tirh Ugar Vaii Wara Xpeo Xsux';
/** The mark for long vowels goes with them. Source: google/sentencepiece, `trainer_interface.cc`. */
const LONG_VOWEL = '\u30fc';
const HAN = 'Hani';
/** Blanks, and what has no script, go with what is before. */
const ANY = '';

/** Source: Rust's tokenizers, `pre_tokenizers/unicode_scripts`. */
export const splitScripts: Split = (text, start, emit) => {
  let last: string | undefined;
  let from = 0;
  let index = 0;
  let hasBegun = false;
  for (const character of text) {
    const script = findScript(character);
    if (script !== ANY && last !== script) {
      if (hasBegun) emit(text.slice(from, index), start + from);
      hasBegun = true;
      from = index;
    }
    if (script !== ANY) last = script;
    index += character.length;
  }
  if (hasBegun) emit(text.slice(from), start + from);
};

function findScript(character: string): string {
  if (character === ' ') return ANY;
  if (character === LONG_VOWEL || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)) return HAN;
  return SCRIPTS.split(' ').find((script) => hasScript(character, script)) ?? ANY;
}

function hasScript(character: string, script: string): boolean {
  try {
    return new RegExp(`\\p{Script=${script}}`, 'u').test(character);
  } catch {
    return false;
  }
}
