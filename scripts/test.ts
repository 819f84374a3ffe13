/** `npm test`: builds, finds or installs a browser, runs every test, and closes with the line that counts them. */
import { execFileSync } from 'node:child_process';
import { startVitest, type TestModule } from 'vitest/node';
import { ensureBrowser } from './browser/find-browser.js';
import { ROOT } from './package/paths.js';

// Vitest's configuration looks for the browser, so it has to be there first.
process.env['BROWSER_PATH'] = ensureBrowser();
execFileSync(process.execPath, ['--import', 'tsx', 'scripts/package/build.ts'], { cwd: ROOT, stdio: 'inherit' });

const vitest = await startVitest('test', process.argv.slice(2), { run: true, watch: false, root: ROOT });
const modules = vitest.state.getTestModules();
const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
for (const module of modules) {
  for (const test of module.children.allTests()) counts[test.result().state] += 1;
  if (hasBrokenSuite(module)) counts.failed += 1;
}
const errors = vitest.state.getUnhandledErrors().length;
await vitest.close();
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed + counts.pending + errors} failed${skipped}`);
// Vitest has set its own code; a run that found no test is a failure as well.
process.exit(process.exitCode ?? (counts.passed === 0 ? 1 : 0));

/** A file that couldn't be loaded, or a hook that failed, has no test of its own to count. */
function hasBrokenSuite(module: TestModule): boolean {
  return module.errors().length > 0 || [...module.children.allSuites()].some((suite) => suite.errors().length > 0);
}
