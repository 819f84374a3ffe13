/** The plain build, which Node runs as well. The relaxed one is tested in a browser, `test/kernel`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/package/paths.js';
import { WIDENING } from '../../../src/kernel/dot-kind.js';
import { describeKernel } from '../../support/describe-kernel.js';

function readBuild(): string {
  const bytes = readFileSync(join(ROOT, 'dist/assets/kernel-plain.wasm'));
  return `data:application/wasm;base64,${bytes.toString('base64')}`;
}

describeKernel('the plain build', readBuild, WIDENING);
