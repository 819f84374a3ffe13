/** What the worker has to know of the bundled model's files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../model/model-stamp.js';

/** Files smaller than this travel inside the worker, which saves a request each. */
const INLINE_BELOW_BYTES = 1024;

type ShippedFile = { readonly content: string } | { readonly sizeBytes: number; readonly sha256: string };

/** Path → the content of small files; size and SHA-256 of the others, so that a damaged copy is noticed. */
export function describeModelFiles(modelDir: string, files: readonly ModelFile[]): Record<string, ShippedFile> {
  return Object.fromEntries(
    files.map(({ path, bytes, sha256 }): [string, ShippedFile] => {
      if (bytes >= INLINE_BELOW_BYTES) return [path, { sizeBytes: bytes, sha256 }];
      const parsed: unknown = JSON.parse(readFileSync(join(modelDir, path), 'utf8'));
      return [path, { content: JSON.stringify(parsed) }];
    }),
  );
}
