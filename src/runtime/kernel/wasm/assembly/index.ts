/**
 * What the kernel offers to JavaScript, which passes structures by their addresses. The caller lays everything out in
 * memory; see `structs.ts`.
 */
export { activate } from './activation';
export { attend } from './attention';
export { encode } from './encoder';
export { markLarge } from './gemm-saturating';
export { quantizeAndApply as applyLinear } from './linear';
export { normalizeRows } from './normalize';
export { packPanels } from './pack';

/** The first address that is free. */
export function firstFree(): usize {
  return __heap_base;
}
