import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANYWHERE, FOLDERS } from '../../../scripts/package/bundle-folders.js';
import { ROOT } from '../../../scripts/package/paths.js';

/** Folders whose files documents speak of. */
const SPOKEN_OF = ['.ci', '.github', 'bench', 'demo', 'docs/internals', 'scripts', 'src', 'test'];
/** What only a build, a test or a benchmark makes: its name is right where nothing of it is there. */
const MADE = /^(dist|models|demo\/dist|bench\/results|docs\/api)(\/|$)|^assets\//;

const files = [...readdirSync(ROOT).filter(isFile), ...SPOKEN_OF.flatMap(listFiles)];
/** Paths of all files and folders, each with a slash before it. */
const paths = new Set(files.flatMap((file) => listAncestors(file).map((path) => `/${path}`)));
/** A path that isn't from the root begins in some folder: ends of paths, from a slash on. */
const ends = new Set([...paths].flatMap(listEnds));
const documents = files.filter((file) => file.endsWith('.md') && !['README.md', 'CHANGELOG.md'].includes(file));
const entries = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: Readonly<Record<string, unknown>> })
    .exports,
).map((entry) => entry.replace(/^\./, 'inpage-embeddings'));

describe('documents', () => {
  test.each(documents)('%s names no file that is not there', (document) => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    expect([...findPaths(text).filter((path) => !isThere(path, document)), ...findDeadLinks(text, document)]).toEqual(
      [],
    );
  });

  test('each folder of src says what is in it', () => {
    const folders = new Set(files.filter((file) => file.startsWith('src/')).map((file) => dirname(file)));
    const all = new Set([...folders].flatMap(listAncestors));
    expect([...all].filter((folder) => !paths.has(`/${folder}/README.md`))).toEqual([]);
  });

  test.each(Object.entries(FOLDERS).filter(([, bundles]) => !bundles.includes(ANYWHERE)))(
    'src/%s says which files of dist ship it',
    (folder, bundles) => {
      const text = readFileSync(join(ROOT, 'src', folder, 'README.md'), 'utf8');
      expect(bundles.filter((bundle) => !text.includes(`\`${bundle}.js\``))).toEqual([]);
    },
  );

  test('ARCHITECTURE.md is one page', () => {
    expect(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').split(/\s+/).length).toBeLessThan(900);
  });

  test('comments name no file that is not there', () => {
    const missing = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        findComments(readFileSync(join(ROOT, file), 'utf8'))
          .flatMap(findPaths)
          .filter((path) => path.endsWith('.ts') && !isThere(path, file))
          .map((path) => `${file}: ${path}`),
      );
    expect(missing).toEqual([]);
  });
});

/** What stands between backticks and looks like a path of this repository: it has a slash, or ends as a module does. */
function findPaths(text: string): string[] {
  return [...text.replace(/```.*?```/gs, '').matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => /^[\w.*-]+(\/[\w.*-]+)*\/?$/.test(code) && (code.includes('/') || /\.(ts|md)$/.test(code)))
    .filter((code) => !/\.(onnx|wasm|mjs)$/.test(code) && code !== '.ts');
}

function findComments(text: string): string[] {
  return text.match(/\/\*\*.*?\*\/|^\s*\/\/.*$/gms) ?? [];
}

/** Relative links of Markdown whose target isn't there. */
function findDeadLinks(text: string, document: string): string[] {
  return [...text.matchAll(/\]\(([^):#]+)(#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !paths.has(`/${join(dirname(document), target).split(sep).join('/').replace(/\/$/, '')}`));
}

function isThere(path: string, document: string): boolean {
  if (MADE.test(path) || entries.includes(path)) return true;
  const name = path.replace(/\/$/, '');
  if (name.startsWith('.'))
    return paths.has(`/${join(dirname(document), name).split(sep).join('/')}`) || ends.has(`/${name}`);
  if (!name.includes('*')) return ends.has(`/${name}`);
  const pattern = new RegExp(`^/${name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
  return [...ends].some((end) => pattern.test(end));
}

/** `a/b/c` → itself, `a/b`, `a`. */
function listAncestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** `/a/b` → itself, `/b`. */
function listEnds(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(index));
}

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) =>
      relative(ROOT, join(ROOT, folder, file))
        .split(sep)
        .join('/'),
    )
    .filter((file) => !MADE.test(file) && isFile(file));
}

function isFile(path: string): boolean {
  return statSync(join(ROOT, path)).isFile();
}
