/** A browser whose user blocks site data: no locks, no storage, in Firefox no channels. Embedding needs none of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { launch } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser, findCommand, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

const PAGE = `<!doctype html><title>Blocked site data</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  import { openaiCompatible } from '/dist/providers.js';
  const { postMessage } = Worker.prototype;
  globalThis.workers = new Set();
  Worker.prototype.postMessage = function (...args) {
    globalThis.workers.add(this);
    postMessage.apply(this, args);
  };
  const texts = Array.from({ length: 60 }, (_, index) => index + ' words about the sea and the wind');
  const tell = ({ name, code, message }) => ({ name, code, message });
  globalThis.embed = async (options) => {
    const fallback = [openaiCompatible({ baseURL: location.origin + '/provider/v1', model: 'm' })];
    const client = new EmbeddingClient({ fallback, ...options });
    const deaths = [];
    client.on('engine-died', ({ error }) => deaths.push(error.message));
    const onProgress = () => {
      if (!globalThis.isCruel || deaths.length > 0) return;
      globalThis.isCruel = false;
      for (const worker of globalThis.workers) worker.terminate();
    };
    try {
      const { data, provider } = await client.embeddings.create({ input: texts }, { onProgress });
      const job = await client.jobs.create({ input: 'a' }).catch(tell);
      return { rows: data.length, kind: provider.kind, runtime: provider.runtime, deaths, job };
    } catch (error) {
      return tell(error);
    } finally {
      client.dispose();
    }
  };
</script>`;

interface BlockedPage {
  goto(url: string): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
}

interface BlockedBrowser {
  readonly page: BlockedPage;
  close(): Promise<void>;
}

async function openChromium(): Promise<BlockedBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'inpage-embeddings-'));
  mkdirSync(join(profile, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, launchOptions(findBrowser()));
  return {
    page: await context.newPage(),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function openFirefox(): Promise<BlockedBrowser> {
  const extraPrefsFirefox = { 'network.cookie.cookieBehavior': 2 };
  const executablePath = findCommand(FIREFOX) ?? '';
  const browser = await launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox });
  return { page: await browser.newPage(), close: () => browser.close() };
}

const FIREFOX = ['firefox', 'firefox-esr'];
const hasFirefox = findCommand(FIREFOX) !== undefined;
const BROWSERS = [
  { name: 'Chromium', open: openChromium, isThere: true },
  { name: hasFirefox ? 'Firefox' : 'Firefox (skipped: none is installed)', open: openFirefox, isThere: hasFirefox },
];

let server: FileServer;

beforeAll(async () => {
  server = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
});

afterAll(() => server.close());

describe.each(BROWSERS)('in $name that blocks site data', ({ open, isThere }) => {
  describe.skipIf(!isThere)('a client', () => {
    let browser: BlockedBrowser;

    beforeAll(async () => {
      browser = await open();
    });

    afterAll(() => browser.close());

    beforeEach(async () => {
      await browser.page.goto(`${server.origin}/`);
      const isBlocked = `navigator.locks.request('a', () => false).catch(() => true)`;
      expect(await browser.page.evaluate(isBlocked)).toBe(true);
    });

    test.each(['kernel', 'onnxruntime'])('embeds here on %s, and says why there are no jobs', async (runtime) => {
      expect(await browser.page.evaluate(`embed({ runtime: '${runtime}' })`)).toEqual({
        rows: 60,
        kind: 'local',
        runtime,
        deaths: [],
        job: {
          name: 'EmbeddingError',
          code: 'storage_unavailable',
          message: expect.stringContaining('Allow this site to store data') as string,
        },
      });
      expect(server.requests.filter((path) => path.startsWith('/provider/'))).toEqual([]);
    });

    test('replaces a worker that is ended without an event', async () => {
      const result = await browser.page.evaluate(`(globalThis.isCruel = true, embed({ workers: 1 }))`);
      const death = expect.stringContaining('ended from outside') as string;
      expect(result).toMatchObject({ rows: 60, kind: 'local', deaths: [death] });
    });
  });
});
