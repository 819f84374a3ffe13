import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBrowser } from '../../../scripts/browser/find-browser.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-browser-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function addFile(path: string, mode: number): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

describe('findBrowser', () => {
  test('gives what BROWSER_PATH names as it stands', () => {
    vi.stubEnv('BROWSER_PATH', process.execPath);
    expect(findBrowser()).toBe(process.execPath);
  });

  test('says what BROWSER_PATH names when nothing is there', () => {
    const path = join(folder, 'nowhere');
    vi.stubEnv('BROWSER_PATH', path);
    expect(() => findBrowser()).toThrow(
      `Expected BROWSER_PATH to name a Chromium or Chrome, but '${path}' can't be run.`,
    );
  });

  test.skipIf(process.platform === 'win32')("refuses a file that BROWSER_PATH names but can't be run", () => {
    vi.stubEnv('BROWSER_PATH', addFile('text', 0o644));
    expect(() => findBrowser()).toThrow(/can't be run/);
  });

  // accessSync's X_OK holds for folders too.
  test('refuses a folder that BROWSER_PATH names', () => {
    vi.stubEnv('BROWSER_PATH', folder);
    expect(() => findBrowser()).toThrow(/can't be run/);
  });

  test.skipIf(process.platform === 'win32').each(['', undefined])(
    'looks for commands on PATH, in their order, when BROWSER_PATH is %j',
    (value) => {
      vi.stubEnv('BROWSER_PATH', value);
      vi.spyOn(chromium, 'executablePath').mockReturnValue(join(folder, 'none'));
      addFile('one/google-chrome', 0o755);
      const second = addFile('two/chromium', 0o755);
      addFile('one/chromium', 0o644);
      vi.stubEnv('PATH', ['', join(folder, 'one'), join(folder, 'two')].join(delimiter));
      expect(findBrowser()).toBe(second);
    },
  );

  test("prefers Playwright's own browser to the system's", () => {
    vi.stubEnv('BROWSER_PATH', '');
    vi.spyOn(chromium, 'executablePath').mockReturnValue(process.execPath);
    expect(findBrowser()).toBe(process.execPath);
  });
});
