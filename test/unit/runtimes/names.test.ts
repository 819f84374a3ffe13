/** That runtimes are told apart by their descriptors alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from '../../../scripts/package/paths.js';
import { RUNTIMES } from '../../../src/api/vocabulary.js';
import { RUNTIME_REGISTRY } from '../../../src/runtimes/registry.js';
import { RUNTIME_WORKERS } from '../../../src/runtimes/workers/registry.js';

const SRC = join(ROOT, 'src');

/** The registry, each runtime's own folder, and the words the app is given. */
const ALLOWED = [
  'runtimes/',
  ...RUNTIMES.map((name) => `runtime/${name}/`),
  'api/vocabulary.ts',
  'api/client-options.ts',
  'errors/codes.ts',
];

/** What runtimes go by, without blanks and in lower case. */
const NAMES = RUNTIMES.map(squeeze);

function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** The names of runtimes in a file's code: in its identifiers and texts, but neither in comments nor in paths of imports. */
function findNames(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const isWord = ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
    if (isWord || ts.isTemplateMiddleOrTemplateTail(node)) {
      const text = squeeze(node.text);
      if (NAMES.some((name) => text.includes(name))) found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', source, ts.ScriptTarget.ESNext));
  return found;
}

test.each([
  ["if (target.runtime === 'kernel') return;", ['kernel']],
  ['const trustKernel = 1;', ['trustKernel']],
  ['throw new Error(`The kernel ran ${text}`);', ['The kernel ran ']],
  ["say('ONNX Runtime Web is slow');", ['ONNX Runtime Web is slow']],
  ['// The kernel.\nconst runtime = 1;', []],
])('finds the names of runtimes in %s', (source, names) => {
  expect(findNames(source)).toEqual(names);
});

test('no file names a runtime but its own and the registry', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => relative(SRC, join(SRC, path)).split(sep).join('/'))
    .filter((path) => !ALLOWED.some((start) => path.startsWith(start)));
  expect(files.length).toBeGreaterThan(200);
  const named = files.flatMap((path) =>
    findNames(readFileSync(join(SRC, path), 'utf8')).map((name) => `${path}: ${name}`),
  );
  expect(named).toEqual([]);
});

test.each(RUNTIMES)('%s is described by its own name, in the entry and in the engine', (name) => {
  expect(RUNTIME_REGISTRY[name].name).toBe(name);
  const { devices } = RUNTIME_REGISTRY[name];
  for (const device of devices) {
    const { workerUrl, runtimeUrls } = RUNTIME_WORKERS[name].locate(device, (path) => `https://app.example/${path}`);
    expect(workerUrl).toMatch(/^https:\/\/app\.example\/worker-[\w-]+\.js$/);
    expect(Object.values(runtimeUrls).every((url) => url.startsWith('https://app.example/'))).toBe(true);
  }
});

test('one runtime takes whatever the others leave', () => {
  expect(Object.values(RUNTIME_WORKERS).filter(({ takesAnyModel }) => takesAnyModel)).toHaveLength(1);
});
