/** The tarball that npm would publish. */
import { execFileSync } from 'node:child_process';
import { ROOT } from './paths.js';

/** How much of a disk the installed package may take, with all that it needs: it needs nothing else. */
export const UNPACKED_LIMIT_BYTES = 60_000_000;

/** A tarball as npm describes it, sizes in bytes. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly PackedFile[];
}

/** A file of a tarball: its path in the package, its size in bytes. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** Packs `dist/` as it is. Without a folder for the tarball nothing is written. */
export function packPackage(destination?: string): Packed {
  const where = destination === undefined ? ['--dry-run'] : ['--pack-destination', destination];
  const output = execFileSync('npm', ['pack', '--json', '--silent', ...where], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(output) as Packed[];
  if (!packed) throw new Error(`Expected npm pack to describe one tarball, but got: ${output}`);
  return packed;
}

/** One line a file, and one for all the declarations of a folder, largest first; then the sum. */
export function describeContents({ files, size, unpackedSize }: Packed): string {
  const sizes = new Map<string, number>();
  for (const file of files) {
    const line = file.path.replace(/^(dist\/types\/).*/, '$1…');
    sizes.set(line, (sizes.get(line) ?? 0) + file.size);
  }
  const lines = [...sizes].sort(([, a], [, b]) => b - a).map(([path, bytes]) => `${megabytes(bytes)}  ${path}`);
  return [...lines, describeSizes({ size, unpackedSize })].join('\n');
}

/** Both sizes of a tarball, beside the limit. */
export function describeSizes({ size, unpackedSize }: Pick<Packed, 'size' | 'unpackedSize'>): string {
  return `Tarball: ${megabytes(size).trim()}. Installed: ${megabytes(unpackedSize).trim()} of ${megabytes(UNPACKED_LIMIT_BYTES).trim()}.`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`.padStart(9);
}
