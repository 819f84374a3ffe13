/**
 * `npm run bench`: this library beside plain transformers.js, in one run of a real browser.
 *
 *   npm run bench -- [--model minilm|bundled|all] [--rows PART,PART] [--rounds N] [--quick] [--isolated] [--name NAME]
 *     [--no-build] [--browser chromium|firefox] [--without-vnni]
 *
 * --without-vnni has V8 compute as on processors that lack those instructions.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import { readArguments, type Arguments } from './arguments.js';
import { checkVectors } from './check-vectors.js';
import type { BenchModel } from './models.js';
import { formatReport, writeResults } from './report.js';
import { runBench } from './run-bench.js';

try {
  const given = readArguments();
  if (given.builds) build();
  else if (!existsSync(join(ROOT, 'dist/index.js')))
    throw new Error('Expected dist/, found none. Leave out --no-build.');
  for (const model of given.models) await report(model, given);
} catch (error) {
  console.error(`The benchmark stopped. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function build(): void {
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  try {
    execFileSync(process.execPath, [tsx, join(ROOT, 'scripts/package/build.ts')], { cwd: ROOT, stdio: 'inherit' });
  } catch (cause) {
    throw new Error('Could not build dist/, which is what is measured; see above.', { cause });
  }
}

async function report(model: BenchModel, given: Arguments): Promise<void> {
  const { browser, size, rows, isQuick, isIsolated, prefix, suffix } = given;
  console.log(`\n${model.setup.id}: ${size.rounds} ${size.rounds === 1 ? 'round' : 'rounds'}`);
  const onStep = (step: string): void => {
    console.log(`  ${step} …`);
  };
  const results = await runBench({ browser, model, size, rows, isIsolated, onStep });
  console.log(`\n${formatReport(results)}`);
  const file = join(ROOT, 'bench/results', `${prefix}${model.setup.id}${suffix}.json`);
  writeResults(file, results);
  if (isQuick) console.log('\nA quick run only shows that everything works: its numbers mean nothing.');
  console.log(`\nEvery sample: ${relative(process.cwd(), file)}`);
  checkVectors(results);
}
