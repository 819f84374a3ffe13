/**
 * `npm run release`: checks, tests and packs what would be published, and prints what is in it. With `--publish`, which
 * only a CI may say, it is published with a signed statement of where it was built.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContents, packPackage, UNPACKED_LIMIT_BYTES } from './package/packed.js';
import { ROOT } from './package/paths.js';
import { findProblems, readRepository } from './release/preflight.js';

const publishes = process.argv.includes('--publish');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  repository?: unknown;
};

const problems = findProblems({
  publishes,
  version: manifest.version,
  repository: readRepository(manifest.repository),
  changelog: readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'),
  changedFiles: execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' }),
  env: process.env,
});
if (problems.length > 0) {
  console.error(problems.map((problem) => `- ${problem}`).join('\n'));
  process.exit(1);
}

run('npm', 'run', 'check');
run('npm', 'test');
const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  const packed = packPackage(folder);
  console.log(describeContents(packed));
  if (packed.unpackedSize > UNPACKED_LIMIT_BYTES) throw new Error('The package is larger than it may be.');
  // The tarball itself, so that what was printed is what is published.
  const publish = ['publish', join(folder, packed.filename), '--provenance', '--access', 'public'];
  if (publishes) run('npm', ...publish);
  else console.log(`Nothing is published without --publish. That would be: npm ${publish.join(' ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
}
