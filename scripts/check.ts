/** `npm run check`: everything that can be said about the code without running it, and about the package as built. */
import { spawnSync } from 'node:child_process';
import { ROOT } from './package/paths.js';

/** Name, command: in the order that fails fastest. */
const STEPS: readonly (readonly [name: string, command: string])[] = [
  ['format', 'prettier --check --log-level warn .'],
  ['build', 'tsx scripts/package/build.ts'],
  ['types of the page', 'tsc -p src'],
  ['types of the workers', 'tsc -p src/runtime'],
  ['types of tests, demo and scripts', 'tsc -p .'],
  ['lint', 'eslint .'],
  ['layers', 'depcruise --config .dependency-cruiser.cjs --output-type err src demo bench test scripts'],
  ['unused code', 'knip'],
  ['size', 'tsx scripts/size.ts'],
  ['package', 'publint --strict'],
  ['package types', 'attw --pack . --profile esm-only'],
  ['documentation', 'typedoc --emit none'],
];

const failed = STEPS.filter(([name, command]) => !run(name, command)).map(([name]) => name);
console.log(failed.length === 0 ? 'Every check passed.' : `Failed: ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);

function run(name: string, command: string): boolean {
  console.log(`\n== ${name}: ${command}`);
  const { status } = spawnSync('npx', ['--no-install', ...command.split(' ')], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}
