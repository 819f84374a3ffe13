/**
 * What an entry needs at once of the models' records: which number formats a client may be made with, and its plan begins with.
 * A test compares it with the records, which are loaded later, if at all.
 */
import type { Dtype } from '../api/vocabulary.js';

/** Ids of models with `refusedDtypes`, which are the same for all of them. */
const WITHOUT_FP16 = /^(google\/embeddinggemma-300m|onnx-community\/embeddinggemma-300m-ONNX)$/;

/** Ends of ids of models that aren't faithful in 8 bits, whoever copied them. */
const NOT_IN_8_BITS = /(^|\/)all-mpnet-base-v2$/;

/** The formats a model must not be loaded in, by its id on a hub. */
export function findRefusedDtypes(id: string): readonly Dtype[] {
  return WITHOUT_FP16.test(id) ? ['fp16', 'q4f16'] : [];
}

/** Whether a model's vectors are its own in 8 bits a number, which is what `auto` takes first on WASM. */
export function isFaithfulIn8Bits(id: string): boolean {
  return !NOT_IN_8_BITS.test(id);
}
