/** The tarball that npm would publish, installed as a newcomer does, and apps to build around it. */
import { execFileSync, execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packPackage, type Packed } from '../../scripts/package/packed.js';
import { ROOT } from '../../scripts/package/paths.js';

/**
 * Embeds by the kernel, by ONNX Runtime and through the fetch, which is loaded when it is needed as the search is, and
 * searches. `globalThis.options` are put into every client.
 */
const MAIN = `
import { EmbeddingClient, topK } from 'inpage-embeddings';
import { infinity } from 'inpage-embeddings/providers';

const fallback = [infinity({ baseURL: 'https://never.invalid', model: 'never' })];

async function embed(runtime) {
  const client = new EmbeddingClient({ runtime, fallback, ...globalThis.options });
  const { data, provider } = await client.embeddings.create({ input: 'Hello world' });
  client.dispose();
  return describe(provider.runtime, data[0].embedding);
}

async function embedByFetch() {
  const { createFetch } = await import('inpage-embeddings/fetch');
  const client = new EmbeddingClient(globalThis.options);
  const body = JSON.stringify({ model: client.model, input: 'Hello world' });
  const headers = { 'content-type': 'application/json' };
  const answer = await createFetch(client)('https://never.invalid/v1/embeddings', { method: 'POST', headers, body });
  const { data } = await answer.json();
  client.dispose();
  return describe('fetch', data[0].embedding);
}

// Large enough for a worker.
async function search() {
  const vectors = new Int8Array(7000 * 384).fill(1);
  vectors.fill(-1, 6999 * 384);
  const query = vectors.slice(6999 * 384);
  const [best] = await topK(query, vectors, 1, globalThis.options);
  return 'search: row ' + best.index;
}

function describe(name, vector) {
  return name + ': ' + vector.length + ' wide, ' + Math.hypot(...vector).toFixed(3) + ' long';
}

Promise.all([embed('kernel'), embed('onnxruntime'), embedByFetch(), search()]).then(
  (outcomes) => { globalThis.outcome = outcomes; },
  (error) => { globalThis.outcome = String(error); },
);`;

/** What the page of an app says when all of it works. */
export const ALL_WORKS = [
  ...['kernel', 'onnxruntime', 'fetch'].map((name) => `${name}: 512 wide, 1.000 long`),
  'search: row 6999',
];

/** A project with nothing but the package installed. */
export interface PackedApp {
  readonly dir: string;
  readonly packed: Packed;
  /** Writes a page into a folder of the project, which it makes. */
  writePage(folder: string, script: string, options?: object): void;
  /**
   * Runs what README.md says under a heading, in the project: each line of the first block of shell commands. `npx NAME`
   * runs the bundler of this repository, so that nothing is downloaded.
   */
  runReadme(heading: string): void;
  remove(): void;
}

/** Packs and installs, offline, since there is nothing to fetch; the app's code is `src/main.js`. */
export function installPackage(): PackedApp {
  const dir = mkdtempSync(join(tmpdir(), 'packed-'));
  const packed = packPackage(dir);
  writeFileSync(join(dir, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--offline', `./${packed.filename}`], {
    cwd: dir,
  });
  mkdirSync(join(dir, 'src'));
  writeFileSync(join(dir, 'src/main.js'), MAIN);
  return {
    dir,
    packed,
    writePage: (folder, script, options) => {
      mkdirSync(join(dir, folder), { recursive: true });
      writeFileSync(join(dir, folder, 'index.html'), writePage(script, options));
    },
    runReadme: (heading) => {
      const PATH = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
      execSync(readCommands(heading).replace(/^npx /gm, ''), {
        cwd: dir,
        env: { ...process.env, PATH },
        stdio: 'pipe',
      });
    },
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A page in the project's folder that imports the installed package by its URL. */
export function writePlainPage(app: PackedApp): void {
  const toUrl = (_text: string, entry = 'index'): string => `'./node_modules/inpage-embeddings/dist/${entry}.js'`;
  const main = MAIN.replace(/'inpage-embeddings(?:\/(\w+))?'/g, toUrl);
  app.writePage('.', `<script type="module">${main}</script>`);
}

function writePage(script: string, options: object = {}): string {
  return [
    '<!doctype html><title>app</title><link rel="icon" href="data:," />',
    `<script>globalThis.options = ${JSON.stringify(options)};</script>`,
    script,
  ].join('\n');
}

function readCommands(heading: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  const commands = /^```sh\n([\s\S]*?)^```/m.exec(section ?? '')?.[1];
  if (commands === undefined) throw new Error(`Expected shell commands under '${heading}' in README.md.`);
  return commands;
}
