/**
 * `npm run bench`: this library beside plain transformers.js, in one run of a real browser.
 *
 *   npm run bench -- [--model minilm|bundled|all] [--rounds N] [--quick] [--isolated] [--name NAME] [--no-build]
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from '../scripts/browser/find-browser.js';
import { ROOT } from '../scripts/package/paths.js';
import { chooseModels, type BenchModel } from './models.js';
import { checkVectors, formatReport, writeResults } from './report.js';
import { FULL_SIZE, QUICK_SIZE, type RunSize } from './rows.js';
import { runBench } from './run-bench.js';

interface Arguments {
  readonly models: readonly BenchModel[];
  readonly size: RunSize;
  readonly isQuick: boolean;
  readonly isIsolated: boolean;
  readonly name: string | undefined;
  readonly builds: boolean;
}

try {
  const { builds, models, ...settings } = readArguments();
  if (builds) build();
  else if (!existsSync(join(ROOT, 'dist/index.js')))
    throw new Error('Expected dist/, found none. Leave out --no-build.');
  const browser = ensureBrowser();
  for (const model of models) await report(model, browser, settings);
} catch (error) {
  console.error(`The benchmark stopped. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      rounds: { type: 'string' },
      name: { type: 'string' },
      quick: { type: 'boolean', default: false },
      isolated: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const size = values.quick ? QUICK_SIZE : FULL_SIZE;
  return {
    models: chooseModels(values.model),
    size: { ...size, rounds: readRounds(values.rounds) ?? size.rounds },
    isQuick: values.quick,
    isIsolated: values.isolated,
    name: values.name,
    builds: !values['no-build'],
  };
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`Expected --rounds to be a whole number of at least 1, but got '${text}'.`);
}

function build(): void {
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  try {
    execFileSync(process.execPath, [tsx, join(ROOT, 'scripts/package/build.ts')], { cwd: ROOT, stdio: 'inherit' });
  } catch (cause) {
    throw new Error('Could not build dist/, which is what is measured; see above.', { cause });
  }
}

async function report(
  model: BenchModel,
  browser: string,
  { size, isQuick, isIsolated, name }: Omit<Arguments, 'builds' | 'models'>,
): Promise<void> {
  console.log(`\n${model.setup.id}: ${size.rounds} ${size.rounds === 1 ? 'round' : 'rounds'}`);
  const onStep = (step: string): void => {
    console.log(`  ${step} …`);
  };
  const results = await runBench({ browser, model, size, isIsolated, onStep });
  console.log(`\n${formatReport(results)}`);
  const variant = `${isIsolated ? '-isolated' : ''}${isQuick ? '-quick' : ''}`;
  const prefix = name === undefined ? '' : `${name}-`;
  const file = join(ROOT, 'bench/results', `${prefix}${model.setup.id}${variant}.json`);
  writeResults(file, results);
  console.log(`\nEvery sample: ${relative(process.cwd(), file)}`);
  checkVectors(results);
}
