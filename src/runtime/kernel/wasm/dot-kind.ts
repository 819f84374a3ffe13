/** The ways to compute inner products of bytes. */
import { DOT_SATURATING, DOT_SIGNED, DOT_UNSIGNED, DOT_WIDENING } from './memory-layout.js';

/** One way, with what packing has to know of it. */
export interface DotKind {
  readonly name: 'unsigned' | 'signed' | 'saturating' | 'widening';
  /** Its number in the kernel. */
  readonly code: number;
  /** Weights beyond it, up or down, could overflow. */
  readonly maxWeight: number;
}

/** Rows are unsigned bytes: processors with VNNI. */
export const UNSIGNED: DotKind = { name: 'unsigned', code: DOT_UNSIGNED, maxWeight: 128 };
/** Rows are signed bytes: processors whose instruction takes no others. */
export const SIGNED: DotKind = { name: 'signed', code: DOT_SIGNED, maxWeight: 128 };
/** Sums of two products stop at 16 bits. */
export const SATURATING: DotKind = { name: 'saturating', code: DOT_SATURATING, maxWeight: 64 };
/** Without relaxed SIMD. */
export const WIDENING: DotKind = { name: 'widening', code: DOT_WIDENING, maxWeight: 128 };
