/** The recipes in a page that Vite has built: what they keep is there after a reload, before anything is embedded anew. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

const PAGE = `<!doctype html><title>Recipes</title><link rel="icon" href="data:," />
<script type="module" src="/main.js"></script>`;

/** The library itself is served beside the page. */
const MAIN = `
import { EmbeddingClient } from 'inpage-embeddings';
import { NoteSearch } from '${ROOT}/demo/recipes/orama.ts';
import { PackedVectors } from '${ROOT}/demo/recipes/packed-vectors.ts';
const client = new EmbeddingClient({ device: 'wasm' });
globalThis.notes = await NoteSearch.open(client, 'notes');
globalThis.vectors = await PackedVectors.open(client, 'notes', 'int8');
globalThis.isOpen = true;`;

let folder: string;
let browser: Browser;
let server: FileServer;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'main.js'), MAIN);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    build: {
      rolldownOptions: {
        external: ['inpage-embeddings'],
        output: { paths: { 'inpage-embeddings': '/dist/index.js' } },
      },
    },
  });
  browser = await chromium.launch(launchOptions(findBrowser()));
  server = await startFileServer({ '/dist/': join(ROOT, 'dist'), '/': join(folder, 'dist') });
  page = await browser.newPage();
  await page.goto(`${server.origin}/index.html`);
  await page.waitForFunction('globalThis.isOpen');
});

afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('notes and vectors are found again after a reload', async () => {
  await page.evaluate(`(async () => {
    const texts = { travel: 'The train to the coast leaves at noon.', rice: 'Boil basmati in two cups of water.' };
    await notes.add(Object.entries(texts).map(([id, text]) => ({ id, text })));
    await notes.save();
    await vectors.add(new Map(Object.entries(texts)));
  })()`);
  await page.reload();
  await page.waitForFunction('globalThis.isOpen');
  expect(await page.evaluate('vectors.sizeBytes')).toBe(2 * 512);
  const find = `(await %.find('cooking a meal', 1))[0]?.id`;
  const found = await page.evaluate(`(async () => [${find.replace('%', 'notes')}, ${find.replace('%', 'vectors')}])()`);
  expect(found).toEqual(['rice', 'rice']);
});
