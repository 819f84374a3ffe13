/** Number formats some models must not be loaded in. Apart from what else is known of models, which is loaded later. */
import type { Dtype } from '../api/vocabulary.js';

/**
 * Ends of ids → formats that the model's activations exceed, so that vectors would be wrong or NaN.
 *
 * Source: onnx-community/embeddinggemma-300m-ONNX, model card, "Usage" (fp16 "or its derivatives"); ONNX Runtime issue 32600
 * (where fp16 overflows).
 */
const REFUSED: readonly (readonly [RegExp, readonly Dtype[]])[] = [
  [/^google\/embeddinggemma-300m$|^onnx-community\/embeddinggemma-300m-ONNX$/, ['fp16', 'q4f16']],
];

/** The formats a model must not be loaded in, by its id on a hub. */
export function findRefusedDtypes(id: string): readonly Dtype[] {
  return REFUSED.find(([pattern]) => pattern.test(id))?.[1] ?? [];
}

/** Ends of ids of models whose 8-bit exports are far from them in any runtime: cosines with fp32 down to 0.776. Source: measured. */
const NOT_IN_8_BITS = /(^|\/)all-mpnet-base-v2$/;

/** Whether a model's vectors are its own in 8 bits a number, which is what `auto` takes first on WASM. */
export function isFaithfulIn8Bits(id: string): boolean {
  return !NOT_IN_8_BITS.test(id);
}
