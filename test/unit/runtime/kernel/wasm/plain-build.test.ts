/** The plain build, which Node runs as well. The relaxed one is tested in a browser, `test/kernel`. */
import { WIDENING } from '../../../../../src/runtime/kernel/wasm/dot-kind.js';
import { describeKernel } from '../../../../support/describe-kernel.js';
import { describeModels } from '../../../../support/describe-models.js';
import { makeRefusedBuild, readPlainBuild } from '../support.js';

describeKernel('the plain build', readPlainBuild, WIDENING);
describeModels('the plain build', () => ({ relaxed: makeRefusedBuild(), plain: readPlainBuild() }));
