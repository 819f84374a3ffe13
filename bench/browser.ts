/** The browsers that can be measured, and the little that is asked of a page in each. */
import { chromium } from 'playwright';
import { launch } from 'puppeteer-core';
import { readPrivateBytes } from './process-memory.js';
import { ensureBrowser, findCommand, launchOptions } from '../scripts/browser/find-browser.js';

/** A page, in whichever browser. */
export interface BrowserPage {
  /** What a function gives inside the page; it and its argument travel there as text. */
  evaluate<Value>(work: () => Value | Promise<Value>): Promise<Value>;
  evaluate<Value, Argument>(work: (given: Argument) => Value | Promise<Value>, given: Argument): Promise<Value>;
  goto(url: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A browser with an empty profile. */
export interface OpenBrowser {
  /** Name and version. */
  readonly description: string;
  newPage(): Promise<BrowserPage>;
  /** Process → bytes of memory that it shares with no other, of those that run pages; empty where nobody tells. */
  readPageMemory(): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** Which browser, and how it is started. */
export interface BrowserChoice {
  readonly name: 'chromium' | 'firefox';
  /** Passed to V8. */
  readonly jsFlags?: string;
}

/** Large enough to keep every file: by default a browser keeps none of more than an eighth of its cache. */
const CACHE_BYTES = 2 ** 30;

/** What Firefox is called where it is installed. */
const FIREFOX_COMMANDS = ['firefox', 'firefox-esr'];

/**
 * Starts a browser whose profile is in an empty folder: a private window's cache is too small for the models.
 *
 * @throws Error when it isn't installed.
 */
export async function openBrowser({ name, jsFlags }: BrowserChoice, profileDir: string): Promise<OpenBrowser> {
  if (name === 'firefox') return openFirefox(profileDir);
  const context = await chromium.launchPersistentContext(profileDir, {
    ...launchOptions(ensureBrowser()),
    args: [`--disk-cache-size=${CACHE_BYTES}`, ...(jsFlags === undefined ? [] : [`--js-flags=${jsFlags}`])],
  });
  const version = context.browser()?.version() ?? 'of an unknown version';
  const flags = jsFlags === undefined ? '' : `, ${jsFlags}`;
  return {
    description: `Chromium ${version}, headless${flags}`,
    newPage: () => context.newPage(),
    readPageMemory: async () => {
      const session = await context.browser()?.newBrowserCDPSession();
      const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
      await session?.detach();
      return readPrivateBytes(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id));
    },
    close: () => context.close(),
  };
}

async function openFirefox(profileDir: string): Promise<OpenBrowser> {
  const executablePath = findCommand(FIREFOX_COMMANDS);
  if (executablePath === undefined) {
    throw new Error('Expected Firefox to be installed, found none. Install it, or leave out --browser firefox.');
  }
  // Playwright drives a Firefox of its own only.
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    userDataDir: profileDir,
    // A run of the benchmark takes minutes.
    protocolTimeout: 0,
    extraPrefsFirefox: { 'browser.cache.disk.max_entry_size': -1, 'browser.cache.disk.capacity': CACHE_BYTES / 1024 },
  });
  return {
    description: `${await browser.version()}, headless`,
    newPage: () => browser.newPage(),
    readPageMemory: () => Promise.resolve(new Map()),
    close: () => browser.close(),
  };
}
