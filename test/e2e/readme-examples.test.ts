/** The README's examples compile in a strict project, and run in a page. */
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { createConsumer, listErrors, type ConsumerProject } from '../support/consumer-types.js';
import { startFileServer, type FileServer } from '../support/file-server.js';
import { completeExample, readExamples, type Example } from '../support/readme-examples.js';

/** Examples that are only compiled: what they are about isn't here. */
const NOT_RUN: readonly [about: RegExp, reason: string][] = [
  [/Xenova\/|models\.example\.org/, 'its models are downloaded from the hub'],
  [/azure\.com/, "it asks a provider's server"],
  [/serveEmbeddings/, 'its service worker is run by service-worker-update.test.ts'],
];

const EXAMPLES = readExamples();

const isRun = ({ code }: Example): boolean => !NOT_RUN.some(([about]) => about.test(code));

let project: ConsumerProject;
let browser: Browser;
let site: FileServer;

beforeAll(async () => {
  project = createConsumer(PEERS);
  project.copy('demo/recipes');
  browser = await chromium.launch(launchOptions(findBrowser()));
  site = await startFileServer(
    { '/dist/': join(ROOT, 'dist') },
    { '/': '<!doctype html><link rel="icon" href="data:," />' },
  );
});

afterAll(async () => {
  project.remove();
  await Promise.all([browser.close(), site.close()]);
});

/** What examples import besides this package. */
const PEERS = [
  'ai',
  '@ai-sdk/provider',
  '@ai-sdk/provider-utils',
  '@langchain/core',
  '@langchain/classic',
  'openai',
  '@orama/orama',
  'idb',
];

test.each(EXAMPLES)('$name compiles strictly, with unchecked indexes', (example) => {
  const program = project.compile(completeExample(example), 'bundler', {
    noUncheckedIndexedAccess: true,
    // The types of others are theirs.
    skipLibCheck: true,
  });
  expect(listErrors(program)).toEqual([]);
});

test.each(EXAMPLES.filter(isRun))('$name runs', async (example) => {
  const { outputFiles } = await build({
    stdin: { contents: completeExample(example), loader: 'ts', resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    plugins: [ourPackage],
  });
  site.setFault((_request, response, path) => {
    if (path !== '/example.js') return false;
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(outputFiles[0]?.text);
    return true;
  });
  const page = await browser.newPage();
  await page.goto(`${site.origin}/`);
  await page.evaluate(`import('/example.js').then(() => undefined)`);
  await page.close();
});

/** Its files as the site has them; entries for frameworks are bundled with their framework. */
const ourPackage: Plugin = {
  name: 'our-package',
  setup: (builder) => {
    builder.onResolve({ filter: /^inpage-embeddings/ }, ({ path }) => {
      const entry = path.split('/')[1] ?? 'index';
      const isForFramework = ['ai-sdk', 'langchain'].includes(entry);
      return isForFramework
        ? { path: join(ROOT, 'dist', `${entry}.js`) }
        : { path: `/dist/${entry}.js`, external: true };
    });
  },
};
