/** Whole models on whichever build and inner product this browser has. */
import { describeModels } from '../support/describe-models.js';

describeModels('in a browser', () => ({
  relaxed: new URL('../../dist/assets/kernel-relaxed.wasm', import.meta.url).href,
  plain: new URL('../../dist/assets/kernel-plain.wasm', import.meta.url).href,
}));
