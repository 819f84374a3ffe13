/**
 * The stamp beside a made model: from what it was made and what it holds, so that a second run can leave it alone.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Dtype } from './graph-builder.js';

/** One file of the model: path under the model's folder (with `/`), size, and sha256 in hexadecimal. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Content of the stamp file. */
export interface ModelStamp {
  /** sha256, hexadecimal, over the converter's sources and the npm package's name and version. */
  readonly origin: string;
  readonly dtypes: readonly Dtype[];
  readonly files: readonly ModelFile[];
}

const STAMP_FILE = 'stamp.json';

/** Hashes the converter's sources (every `.ts` in `sourceFolder`, by name) and `packageId` (`name@version`). */
export function hashOrigin(sourceFolder: string, packageId: string): string {
  const hash = createHash('sha256').update(packageId);
  const names = readdirSync(sourceFolder).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(sourceFolder, name)));
  return hash.digest('hex');
}

/** sha256 of some bytes, in hexadecimal. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The stamp's text, the same for the same content. */
export function formatStamp(stamp: ModelStamp): string {
  return `${JSON.stringify(stamp, undefined, 2)}\n`;
}

/** The file that holds a model folder's stamp. */
export function getStampPath(modelFolder: string): string {
  return join(modelFolder, STAMP_FILE);
}

/**
 * Reads a folder's stamp when the model in it is up to date: same origin, and each file there with its size (the
 * content is not hashed again). Undefined where anything differs or is missing.
 */
export function readCurrentStamp(modelFolder: string, origin: string): ModelStamp | undefined {
  const file = getStampPath(modelFolder);
  if (!existsSync(file)) return undefined;
  const stamp = parseStamp(readFileSync(file, 'utf8'));
  const isCurrent =
    stamp?.origin === origin && stamp.files.every((entry) => hasSize(join(modelFolder, entry.path), entry.bytes));
  return isCurrent ? stamp : undefined;
}

function hasSize(file: string, bytes: number): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === bytes;
}

function parseStamp(json: string): ModelStamp | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isStamp(value) ? value : undefined;
  } catch {
    // A stamp that is no JSON is as good as none: the model is made anew.
    return undefined;
  }
}

function isStamp(value: unknown): value is ModelStamp {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'origin' in value &&
    'dtypes' in value &&
    Array.isArray(value.dtypes) &&
    'files' in value &&
    Array.isArray(value.files)
  );
}
