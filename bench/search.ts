/**
 * `npx tsx bench/search.ts [ROWS] [DIMENSIONS] [ROUNDS]`: exact search in `dist/` beside a plain loop of JavaScript, in
 * milliseconds; by default in 100,000 × 384 numbers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import { startFileServer } from '../test/support/file-server.js';
import { openBrowser } from './browser.js';
import { bundlePage } from './bundle-page.js';
import type { SearchTimes } from './page/search-page.js';
import { median } from './statistics.js';

const PAGE = `<!doctype html>
<title>Search</title>
<link rel="icon" href="data:," />
<script type="importmap">{ "imports": { "inpage-embeddings/search": "/dist/search.js" } }</script>
`;

const [rows = 100_000, dimensions = 384, rounds = 11] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'inpage-embeddings-search-'));
await bundlePage(directory);
const server = await startFileServer({ '/dist/': join(ROOT, 'dist'), '/page/': directory }, { '/search.html': PAGE });
const browser = await openBrowser({ name: 'chromium' }, join(directory, 'profile'));
try {
  console.log(`${browser.description}: ${rows} × ${dimensions}, median (largest) of ${rounds} searches`);
  for (const format of ['float', 'int8', 'binary']) {
    // A page for each: a loop that has seen several kinds of arrays is slower.
    const page = await browser.newPage();
    await page.goto(`${server.origin}/search.html`);
    const times = await page.evaluate(
      async ({ format, rows, dimensions, rounds }): Promise<SearchTimes> => {
        const script = '/page/search-page.js';
        const page = (await import(script)) as typeof import('./page/search-page.js');
        return page.measureSearch(format, rows, dimensions, rounds);
      },
      { format, rows, dimensions, rounds },
    );
    await page.close();
    console.log(describe(times));
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
}

function describe({ format, searchMs, loadMs, topKMs, plainMs, longestTaskMs }: SearchTimes): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const range = (values: readonly number[]): string => `${ms(median(values))} (${ms(Math.max(...values))})`;
  const tasks =
    longestTaskMs === 0 ? 'no task of the page over 50 ms' : `longest task of the page ${ms(longestTaskMs)}`;
  return `${format}: ${range(searchMs)}, loop and sort ${range(plainMs)}; loading ${ms(loadMs)}, topK() ${range(topKMs)}; ${tasks}`;
}
