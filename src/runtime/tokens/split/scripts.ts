/** Writings: Latin, Greek, Han, … */
import { listCodes } from '../characters.js';
import type { Split } from './split-file.js';

/** What is newer than Rust's table, with what is unassigned to all. Without a script. */
const NEWER = new RegExp(
  `[${listCodes('560 588 5EF 61D 7FD-7FF 860-89F 8B5 8BE-8D3 9FC-9FE A76 AFA-AFF B55 C04 C3C C5C-C5D C77 C84 CDC-CDD CF3-D00 D04 D3B-D3C D81 E86 E89 E8C E8E-E93 E98 EA0 EA8-EA9 EAC EBA ECE 170D 1715-171F 180F 1878 1ABF-1AEB 1B4C-1B4F 1B7D-1B7F 1C89-1CBF 1CF7 1CFA 1DF6-1DFA 20BF-20C1 23FF 2427-2429 2B96-2B97 2BBA-2BBC 2BC9 2BD2-2BEB 2BF0-2BFF 2C2F 2C5F 2E45-2E5D 2FFC-2FFF 312E-312F 31BB-31BF 31E4-31EF 32FF 4DB6-4DBF 9FD6-9FFF A7AF A7B8-A7F6 A82C A8FE-A8FF AB66-AB6B FBC2-FBD2 FD40-FD4F FD90-FD91 FDC8-FDCF FDFE-FDFF 1019C 1032D-1032F 10570-105F3 10780-107BA 10940-10959 10A34-10A35 10A48 10D00-10D8F 10E80-10FF6 11070-11075 110C2-110CD 11144-11147 111CE-111CF 1123F-11241 1133B 11380-113E2 1145A 1145E-11461 116B8-116B9 116D0-116E3 1171A 11740-1183B 11900-11ABF 11B00-11BF9 11D00-11FFF 12F90-12FF2 1342F-143FA 16100-16139 16A70-16AC9 16D40-16ED3 16F45-16F4F 16F7F-16F87 16FE1-16FF6 187ED-187FF 18AF3-1AFFE 1B002-1B2FB 1CC00-1CFC3 1D1E9-1D1EA 1D2C0-1D2F3 1D372-1D378 1DF00-1DF2A 1E030-1E7FE 1E94B 1EC71-1ED3D 1F10D-1F10F 1F12F 1F16C-1F16F 1F1AD 1F260-1F265 1F6D3-1F6DF 1F6F7-1F6FC 1F774-1F77F 1F7D5-1F7F0 1F8B0-1F90F 1F91F 1F928-1F92F 1F931-1F932 1F93F 1F94C-1F94F 1F95F-1F97F 1F992-1F9BF 1F9C1-1FBFA 2A6D7-2A6DF 2B735-2B73F 2CEA2-2EE5D 30000-33479')}]`,
  'u',
);

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
  // Those have other scripts now.
  if (/[\u0589\u061c]/.test(character)) return 'Zyyy';
  if (/[\u0953\u0954]/.test(character)) return 'Deva';
  if (character === ' ' || NEWER.test(character)) return ANY;
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
