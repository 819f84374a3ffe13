/** The tarball that npm would publish, installed by a newcomer, in every bundler and in none. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { build, createServer, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import webpack, { type Configuration } from 'webpack';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { UNPACKED_LIMIT_BYTES } from '../../scripts/package/packed.js';
import { startFileServer } from '../support/file-server.js';
import { ALL_WORKS, installPackage, writePlainPage, type PackedApp } from '../support/packed-app.js';
import { visitApp } from '../support/visit-app.js';

let app: PackedApp;
let browser: Browser;

beforeAll(async () => {
  app = installPackage();
  browser = await chromium.launch(launchOptions(findBrowser() ?? ''));
});

afterAll(async () => {
  await browser.close();
  app.remove();
});

/** Both runtimes embed and a search finds, each in a worker from the app's own origin, and no other origin is asked for anything. */
async function expectToWork(url: string, workerFolder = /^\//): Promise<void> {
  const { outcome, workers, otherOrigins } = await visitApp(browser, url);
  expect(outcome).toEqual(ALL_WORKS);
  expect(otherOrigins).toEqual([]);
  expect(new Set(workers.map((worker) => new URL(worker).origin))).toEqual(new Set([new URL(url).origin]));
  // One script for each, under whatever names the bundler gives them.
  expect(new Set(workers).size).toBe(3);
  for (const worker of workers) expect(new URL(worker).pathname).toMatch(workerFolder);
}

/** Serves a built folder under a path, as a static host does, and looks at its page. */
async function expectSiteToWork(folder: string, { at = '/', workerFolder = /^\// } = {}): Promise<void> {
  const server = await startFileServer({ [at]: join(app.dir, folder) });
  await expectToWork(`${server.origin}${at}index.html`, workerFolder);
  await server.close();
}

describe('the installed package', () => {
  const installed = (): string => join(app.dir, 'node_modules/inpage-embeddings');

  test('brings nothing but itself', () => {
    expect(readdirSync(join(app.dir, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'inpage-embeddings',
    ]);
    expect(readdirSync(installed())).not.toContain('node_modules');
  });

  test('takes no more of a disk than it may', () => {
    const files = readdirSync(installed(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBe(app.packed.unpackedSize);
    expect(bytes).toBeLessThanOrEqual(UNPACKED_LIMIT_BYTES);
  });

  test('has the built entries, their types, licences and assets, and no source or test', () => {
    const top = new Set(
      app.packed.files.map(({ path }) =>
        path
          .split('/')
          .slice(0, 2)
          .join('/')
          .replace(/\w+-?\w*\.js$/, '*.js'),
      ),
    );
    expect([...top].toSorted()).toEqual(
      [
        'LICENSE',
        'README.md',
        'package.json',
        'dist/*.js',
        'dist/THIRD_PARTY_NOTICES.txt',
        'dist/assets',
        'dist/types',
      ].toSorted(),
    );
  });
});

describe('Vite', () => {
  const SCRIPT = '<script type="module" src="/src/main.js"></script>';
  const shared = (root: string): InlineConfig => ({ root, configFile: false, logLevel: 'error' });

  beforeAll(() => {
    app.writePage('.', SCRIPT);
  });

  test('builds an app with nothing configured, each asset a file with a name of its own', async () => {
    await build({ ...shared(app.dir), build: { outDir: 'vite-site' } });
    await expectSiteToWork('vite-site', { workerFolder: /^\/assets\/worker-\w+-.+\.js$/ });
  });

  test('builds an app for a folder of its site', async () => {
    await build({ ...shared(app.dir), base: '/app/', build: { outDir: 'vite-app', minify: false } });
    await expectSiteToWork('vite-app', { at: '/app/', workerFolder: /^\/app\/assets\// });
  });

  test.each([
    ['with its dependencies optimised', {}],
    ['with this package left as it is', { optimizeDeps: { exclude: ['inpage-embeddings'] } }],
  ])('serves it while it is developed, %s', async (_name, config) => {
    const server = await createServer({ ...shared(app.dir), ...config });
    await server.listen(0);
    await expectToWork(server.resolvedUrls?.local[0] ?? '');
    await server.close();
  });
});

describe('webpack', () => {
  const SCRIPT = '<script defer src="main.js"></script>';

  async function bundle(folder: string, configuration: Configuration = {}): Promise<void> {
    app.writePage(folder, SCRIPT);
    const output = { path: join(app.dir, folder), ...configuration.output };
    const compiler = webpack({ context: app.dir, entry: './src/main.js', ...configuration, output });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler.run((error, result) => {
        compiler.close(() => {
          if (error) reject(error);
          else resolve(result);
        });
      });
    });
    expect(stats?.toJson({ all: false, errors: true }).errors).toEqual([]);
  }

  // Its minimiser goes over the copied workers too: ten seconds of both cores, many more on a busy machine.
  test('builds an app for production with nothing configured', { timeout: 300_000 }, async () => {
    await bundle('webpack-site', { mode: 'production' });
    await expectSiteToWork('webpack-site');
  });

  test('builds an app for a folder of its site, with its own folder of assets', async () => {
    await bundle('webpack-app', {
      mode: 'development',
      output: { publicPath: '/app/', assetModuleFilename: 'media/[hash][ext]' },
    });
    await expectSiteToWork('webpack-app', { at: '/app/', workerFolder: /^\/app\/media\// });
  });
});

describe('Rollup and esbuild, by the commands of the README', () => {
  const MODULE = '<script type="module" src="main.js"></script>';

  test('Rollup builds an app, with the assets copied beside it', async () => {
    app.runReadme('Rollup');
    app.writePage('site', MODULE);
    await expectSiteToWork('site', { workerFolder: /^\/assets\/worker-\w+\.js$/ });
  });

  test('esbuild builds an app in parts, with the assets copied beside it', async () => {
    app.runReadme('esbuild');
    app.writePage('public', MODULE);
    await expectSiteToWork('public', { at: '/app/', workerFolder: /^\/app\/assets\/worker-\w+\.js$/ });
  });

  test('esbuild builds one classic script, with the assets where assetsUrl says', async () => {
    app.runReadme('Any other bundler');
    app.writePage('classic', '<script defer src="main.js"></script>', { assetsUrl: '/inpage-embeddings/' });
    await expectSiteToWork('classic', { workerFolder: /^\/inpage-embeddings\/worker-\w+\.js$/ });
  });
});

test('a plain page imports it without a bundler', async () => {
  writePlainPage(app);
  await expectSiteToWork('.', { workerFolder: /^\/node_modules\/inpage-embeddings\/dist\/assets\/worker-\w+\.js$/ });
});
