/** The plain build in Node, whose `fetch` has no files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../../scripts/package/paths.js';

/** A URL that holds the plain build itself. */
export function readPlainBuild(): string {
  return toUrl(readFileSync(join(ROOT, 'dist/assets/kernel-plain.wasm')));
}

/** A URL of a module with a section of an unknown number: what a build looks like to an engine that refuses it. */
export function makeRefusedBuild(): string {
  return toUrl(Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x7f, 0x01, 0x00]));
}

/** A URL that holds bytes. */
export function toUrl(bytes: Buffer): string {
  return `data:application/wasm;base64,${bytes.toString('base64')}`;
}
