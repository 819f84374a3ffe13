/** Opens an app in a real browser and waits for what it says of itself. */
import type { Browser } from 'playwright';

/** What one visit has shown. */
export interface Visit {
  /** What the page has put into `globalThis.outcome`. */
  readonly outcome: unknown;
  /** URLs of the workers that were started. */
  readonly workers: readonly string[];
  /** URLs of other origins that were asked for, none of which is answered. */
  readonly otherOrigins: readonly string[];
}

/** Opens a page and returns when it has an outcome. */
export async function visitApp(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const workers: string[] = [];
  const otherOrigins: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  const { origin } = new URL(url);
  await page.context().route(
    (asked) => asked.origin !== origin && asked.protocol !== 'data:',
    (route) => {
      otherOrigins.push(route.request().url());
      return route.abort();
    },
  );
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await page.goto(url);
  await page.waitForFunction('globalThis.outcome !== undefined').catch((error: unknown) => {
    throw new Error(`Expected an outcome of ${url}, but got ${failures.join(', ') || 'none'}.`, { cause: error });
  });
  const outcome: unknown = await page.evaluate('globalThis.outcome');
  await page.close();
  return { outcome, workers, otherOrigins };
}
