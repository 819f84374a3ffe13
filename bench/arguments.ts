/** The benchmark's command line. */
import { parseArgs } from 'node:util';
import type { BrowserChoice } from './browser.js';
import { chooseModels, type BenchModel } from './models.js';
import { FULL_SIZE, QUICK_SIZE, chooseRows, type RowId, type RunSize } from './rows.js';

/** What the command line asks for. */
export interface Arguments {
  readonly browser: BrowserChoice;
  readonly models: readonly BenchModel[];
  readonly size: RunSize;
  readonly rows: ReadonlySet<RowId>;
  readonly isQuick: boolean;
  readonly isIsolated: boolean;
  /** Builds `dist/` first. */
  readonly builds: boolean;
  /** Begins the name of the file with every sample. */
  readonly prefix: string;
  /** Ends it, so that runs that measure something else don't replace each other's. */
  readonly suffix: string;
}

/** @throws Error saying which argument is wrong, and what was expected. */
export function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      rounds: { type: 'string' },
      rows: { type: 'string' },
      name: { type: 'string' },
      quick: { type: 'boolean', default: false },
      isolated: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      browser: { type: 'string', default: 'chromium' },
      'without-vnni': { type: 'boolean', default: false },
    },
  });
  const base = values.quick ? QUICK_SIZE : FULL_SIZE;
  const size = { ...base, rounds: readRounds(values.rounds) ?? base.rounds };
  const isPartial = values.rows !== undefined;
  const browser = readBrowser(values.browser, values['without-vnni']);
  return {
    browser,
    models: chooseModels(values.model),
    size,
    rows: chooseRows(size, values.isolated, readParts(values.rows)),
    isQuick: values.quick,
    isIsolated: values.isolated,
    builds: !values['no-build'],
    prefix: values.name === undefined ? '' : `${values.name}-`,
    suffix: `${describeBrowser(browser)}${values.isolated ? '-isolated' : ''}${values.quick ? '-quick' : ''}${isPartial ? '-partial' : ''}`,
  };
}

/** Source: V8's `--help`, the flags for AVX-VNNI. */
const WITHOUT_VNNI = '--no-enable-avx-vnni --no-enable-avx-vnni-int8';

function readBrowser(name: string, isWithoutVnni: boolean): BrowserChoice {
  if (name !== 'chromium' && name !== 'firefox') {
    throw new Error(`Expected --browser to be chromium or firefox, but got '${name}'.`);
  }
  if (isWithoutVnni && name !== 'chromium') throw new Error('Expected --without-vnni with Chromium only.');
  return { name, ...(isWithoutVnni && { jsFlags: WITHOUT_VNNI }) };
}

function describeBrowser({ name, jsFlags }: BrowserChoice): string {
  return `${name === 'chromium' ? '' : `-${name}`}${jsFlags === undefined ? '' : '-without-vnni'}`;
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`Expected --rounds to be a whole number of at least 1, but got '${text}'.`);
}

function readParts(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
