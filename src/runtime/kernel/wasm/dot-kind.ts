/** The ways to compute inner products of bytes; the numbers are those of `kernel/dot.ts`. */

/** One way, with what packing has to know of it. */
export interface DotKind {
  readonly name: 'unsigned' | 'signed' | 'saturating' | 'widening';
  /** Its number in the kernel. */
  readonly code: number;
  /** Weights beyond it, up or down, could overflow. */
  readonly maxWeight: number;
}

/** Rows are unsigned bytes: processors with VNNI. */
export const UNSIGNED: DotKind = { name: 'unsigned', code: 0, maxWeight: 128 };
/** Rows are signed bytes: processors whose instruction takes no others. */
export const SIGNED: DotKind = { name: 'signed', code: 1, maxWeight: 128 };
/** Sums of two products stop at 16 bits. */
export const SATURATING: DotKind = { name: 'saturating', code: 2, maxWeight: 64 };
/** Without relaxed SIMD. */
export const WIDENING: DotKind = { name: 'widening', code: 3, maxWeight: 128 };
