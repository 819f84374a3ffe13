/** The tarball that npm would publish, installed by a newcomer into a Vite app: built, and served by the dev server. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer } from '../support/file-server.js';

const MAIN = `
import { EmbeddingClient } from 'inpage-embeddings';
const client = new EmbeddingClient();
client.embeddings.create({ input: 'Hello world' }).then(
  ({ data }) => { document.title = 'width ' + data[0].embedding.length; },
  (error) => { document.title = 'failed: ' + error.message; },
);`;

let app: string;
let browser: Browser;

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'packed-'));
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', app], { cwd: ROOT, encoding: 'utf8' });
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  writeFileSync(
    join(app, 'index.html'),
    '<!doctype html><title>waiting</title><script type="module" src="/main.js"></script>',
  );
  writeFileSync(join(app, 'main.js'), MAIN);
  mkdirSync(join(app, 'public'));
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `./${packed.trim()}`], { cwd: app });
  browser = await chromium.launch(launchOptions(findBrowser() ?? ''));
});

afterAll(async () => {
  await browser.close();
  rmSync(app, { recursive: true, force: true });
});

/** The page's title once it says how its one call went. */
async function openApp(url: string): Promise<string> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction('document.title !== "waiting"');
  const title = await page.title();
  await page.close();
  return title;
}

test('installs nothing but itself', () => {
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['inpage-embeddings']);
});

test('embeds in an app that Vite has built, with every asset as a file', async () => {
  await build({ root: app, configFile: false, logLevel: 'warn' });
  const server = await startFileServer({ '/': join(app, 'dist') });
  expect(await openApp(`${server.origin}/index.html`)).toBe('width 512');
  // Once, or twice where a runtime turned the model down.
  expect(new Set(server.requests.filter((path) => path.endsWith('.onnx'))).size).toBe(1);
  await server.close();
});

test.each([
  ['with its dependencies optimised', {}],
  ['with this package left as it is', { optimizeDeps: { exclude: ['inpage-embeddings'] } }],
])("embeds under Vite's dev server, %s", async (_name, config) => {
  const server = await createServer({ root: app, configFile: false, logLevel: 'silent', ...config });
  await server.listen(0);
  expect(await openApp(server.resolvedUrls?.local[0] ?? '')).toBe('width 512');
  await server.close();
});
