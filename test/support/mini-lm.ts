/** all-MiniLM-L6-v2 as sentence-transformers computes it, where its files lie beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/package/paths.js';

/** One text, with what sentence-transformers makes of it. */
export interface MiniLmItem {
  readonly text: string;
  /** 384 numbers of unit length. */
  readonly embedding: readonly number[];
  /** Special tokens included, after truncation. */
  readonly ids: readonly number[];
}

/** The model's files, `golden.json` among them; `MINILM_DIR` names a folder with more weights, which nothing here makes. */
export const MINI_LM_DIR: string = process.env['MINILM_DIR'] ?? join(ROOT, '../shared/models/all-MiniLM-L6-v2');

/** The reference texts, or undefined where there are none. */
export function readMiniLm(): MiniLmItem[] | undefined {
  if (!existsSync(join(MINI_LM_DIR, 'golden.json'))) return undefined;
  const golden = readJson('golden.json') as { items: { text: string; embedding: number[] }[] };
  const tokens = readJson('golden-ids.json') as { text: string; ids: number[] }[];
  return golden.items.map((item, index) => ({ ...item, ids: tokens[index]?.ids ?? [] }));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(MINI_LM_DIR, file), 'utf8'));
}
