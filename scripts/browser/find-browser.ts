/** Finds a Chromium to test with, and installs one where there is none. */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/** Names the browser to use before any other is looked for. */
const VARIABLE = 'BROWSER_PATH';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];

/** Where installers put it outside of PATH. */
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The path of a browser that is there already: the one the variable BROWSER_PATH names, Playwright's own, the system's.
 *
 * @throws Error when the variable names something that can't be run.
 */
export function findBrowser(): string | undefined {
  const named = process.env[VARIABLE];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`Expected ${VARIABLE} to name a Chromium or Chrome, but '${named}' can't be run.`);
  }
  return [chromium.executablePath(), ...listOnPath(COMMANDS), ...PLACES].find(isExecutable);
}

/** The path of the first of these commands that is installed. */
export function findCommand(commands: readonly string[]): string | undefined {
  return listOnPath(commands).find(isExecutable);
}

function listOnPath(commands: readonly string[]): string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return commands.flatMap((command) => onPath.map((directory) => join(directory, command)));
}

/**
 * The path of a browser, installed by Playwright or by the system's package manager if there is none.
 *
 * @throws Error saying what to do when neither can.
 */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found !== undefined) return found;
  for (const install of [installByPlaywright, installByApt]) {
    install();
    const installed = findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new Error(`The tests need Chromium or Chrome: install one, or name one by ${VARIABLE}.`);
}

/** How to start the browser, or Playwright's own without a path: as root its sandbox can't work. */
export function launchOptions(
  executablePath: string | undefined,
  args: readonly string[] = [],
): { executablePath?: string; chromiumSandbox: boolean; args: string[] } {
  return {
    ...(executablePath !== undefined && { executablePath }),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...args],
  };
}

function installByPlaywright(): void {
  console.log('No Chromium found: asking Playwright to install one …');
  const args = ['playwright', 'install', 'chromium'];
  spawnSync('npx', args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
}

function installByApt(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  console.log("No Chromium from Playwright: asking the system's package manager …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: 300_000, env });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      timeout: 600_000,
      env,
    });
  } catch {
    // What matters is whether a browser is there afterwards, which the caller looks for.
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // A folder one may enter counts as executable too.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
