/** One page in each of three engines, driven from outside by the little that they have in common. */
import { spawn } from 'node:child_process';
import { chromium } from 'playwright';
import { launch, type Browser } from 'puppeteer-core';
import { findBrowser, findCommand, launchOptions } from '../../scripts/browser/find-browser.js';

/** The engines, as tests name them. */
export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;

/** An engine. */
export type Engine = (typeof ENGINES)[number];

/** A page of a browser with an empty profile. */
export interface DrivenPage {
  goto(url: string): Promise<unknown>;
  /** What an expression gives in the page, once it has settled. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Ends the browser. */
  close(): Promise<void>;
}

const FIREFOX = ['firefox', 'firefox-esr'];
/** WebKit's driver, and a display for a browser that has no headless mode. */
const WEBKIT = ['WebKitWebDriver', 'xvfb-run'];

/** What an engine's tests lack here, as a reason to skip them; undefined when it is there. */
export function findMissing(engine: Engine): string | undefined {
  if (engine === 'firefox' && findCommand(FIREFOX) === undefined) return 'Firefox is not installed';
  const missing = engine === 'webkit' ? WEBKIT.filter((command) => findCommand([command]) === undefined) : [];
  return missing.length > 0 ? `${missing.join(' and ')} can't be found` : undefined;
}

/** Starts a browser with one page. */
export async function openDrivenPage(engine: Engine): Promise<DrivenPage> {
  if (engine === 'webkit') return openWebKit();
  const browser = await (engine === 'chromium' ? chromium.launch(launchOptions(findBrowser())) : launchFirefox());
  const page: Evaluating = await browser.newPage();
  return {
    goto: (url) => page.goto(url),
    evaluate: <Value>(expression: string) => page.evaluate(expression) as Promise<Value>,
    close: () => browser.close(),
  };
}

/** What Playwright's pages and Puppeteer's have in common. */
interface Evaluating {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

function launchFirefox(): Promise<Browser> {
  // Playwright drives a Firefox of its own only.
  return launch({ browser: 'firefox', executablePath: findCommand(FIREFOX) ?? 'firefox', protocolTimeout: 0 });
}

/** Any port does that nobody else takes meanwhile. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const STARTS_WITHIN_MS = 60_000;
/** A script may take as long as its test. */
const SCRIPT_MS = 300_000;

/** Gives what an expression gives, or its error as text. */
const EVALUATE = `const [expression, done] = arguments;
Promise.resolve().then(() => (0, eval)(expression)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;

/** By the W3C's WebDriver protocol, which is a few HTTP requests. Source: w3.org/TR/webdriver2. */
async function openWebKit(): Promise<DrivenPage> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
  // A group of its own, so that the display ends with it.
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], { detached: true, stdio: 'ignore' });
  const end = (): void => {
    if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid);
  };
  const send = async <Value>(method: string, path: string, body?: object): Promise<Value> => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const { value } = (await response.json()) as { value: Value };
    if (!response.ok) throw new Error(`WebKit's driver refused ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  try {
    await waitUntilItAnswers(() => send('GET', '/status'));
    const options = { args: ['--automation'] };
    const { sessionId } = await send<{ sessionId: string }>('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    });
    const session = `/session/${sessionId}`;
    await send('POST', `${session}/timeouts`, { script: SCRIPT_MS, pageLoad: SCRIPT_MS });
    return {
      goto: (url) => send('POST', `${session}/url`, { url }),
      evaluate: async <Value>(expression: string) => {
        const path = `${session}/execute/async`;
        const script = { script: EVALUATE, args: [expression] };
        const { value, error } = await send<{ value: Value; error?: string }>('POST', path, script);
        if (error !== undefined) throw new Error(error);
        return value;
      },
      close: async () => {
        await send('DELETE', session).finally(end);
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

async function waitUntilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  const endsAt = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (Date.now() > endsAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
