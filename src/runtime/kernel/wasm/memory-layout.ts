/**
 * Numbers that the kernel and those who fill its memory have to agree on. Both import this file: TypeScript, and
 * AssemblyScript, to which the numbers are i32. So nothing but such constants may stand here. The order of a structure's
 * fields is in `assembly/structs.ts`; a unit test holds what is written against it.
 */

/** Rows that go through a layer together, and that one call of `applyLinear` takes at most: they fit into fast caches. */
export const BLOCK_ROWS = 60;

/** Outputs of a linear map, keys and values lie in panels of so many: what two SIMD vectors of 32-bit numbers hold. */
export const PANEL = 8;

// Inner products: `dot` of a workspace.

/** Rows are unsigned bytes, four products are added exactly: processors with VNNI. */
export const DOT_UNSIGNED = 0;
/** The same with signed rows: processors whose instruction takes signed bytes only. */
export const DOT_SIGNED = 1;
/** Rows are unsigned, sums of two products stop at 16 bits: exact for weights within ±64, as 2 · 255 · 64 < 2¹⁵. */
export const DOT_SATURATING = 2;
/** No relaxed instruction: bytes are widened to 16 bits. */
export const DOT_WIDENING = 3;

// Functions of one number: `activation` of a layer, and `kind` of `activate`.

export const ACTIVATION_NONE = 0;
export const ACTIVATION_GELU = 1;
export const ACTIVATION_GELU_TANH = 2;
export const ACTIVATION_RELU = 3;
export const ACTIVATION_TANH = 4;
