/** One model's run: a browser with an empty profile, a server for each kind of page, every row that is asked for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, type BrowserChoice, type OpenBrowser } from './browser.js';
import { bundlePage } from './bundle-page.js';
import { measureIsolated, measurePages, type PageRun } from './measure-pages.js';
import type { BenchModel } from './models.js';
import type { Results } from './results.js';
import type { RowId, RunSize } from './rows.js';
import { PAGE_PATH, serveBench } from './serve.js';

/** What a run needs to know. */
export interface RunOptions {
  readonly browser: BrowserChoice;
  readonly model: BenchModel;
  readonly size: RunSize;
  readonly rows: ReadonlySet<RowId>;
  /** Whether every page is cross-origin isolated. Otherwise only the row that is about such pages has one. */
  readonly isIsolated: boolean;
  /** Told what is being measured. */
  readonly onStep: (step: string) => void;
}

/** Measures the rows with one model. Leaves no process and no file behind, however it ends. */
export async function runBench(options: RunOptions): Promise<Results> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const pageDir = join(scratch, 'page');
    await bundlePage(pageDir);
    const browser = await openBrowser(options.browser, join(scratch, 'profile'));
    try {
      return await measureAll(browser, pageDir, options);
    } finally {
      await browser.close();
    }
  } finally {
    // A browser may write its last files after it has said that it is closed.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureAll(browser: OpenBrowser, pageDir: string, options: RunOptions): Promise<Results> {
  const { model, rows } = options;
  const run = (isIsolated: boolean, pageUrl: string): PageRun => ({
    ...options,
    browser,
    isIsolated,
    pageUrl,
    hasVnni: options.browser.name === 'chromium' && options.browser.jsFlags === undefined,
  });
  const results = await withServer(pageDir, model, options.isIsolated, (pageUrl) =>
    measurePages(run(options.isIsolated, pageUrl)),
  );
  if (!rows.has('isolated-abstracts') && !rows.has('memory')) return results;
  const isolated = await withServer(pageDir, model, true, (pageUrl) => measureIsolated(run(true, pageUrl)));
  return { ...results, ...isolated, passes: [...results.passes, ...isolated.passes] };
}

async function withServer<Value>(
  pageDir: string,
  model: BenchModel,
  isIsolated: boolean,
  work: (pageUrl: string) => Promise<Value>,
): Promise<Value> {
  const server = await serveBench(pageDir, model, isIsolated);
  try {
    return await work(`${server.origin}${PAGE_PATH}`);
  } finally {
    await server.close();
  }
}
