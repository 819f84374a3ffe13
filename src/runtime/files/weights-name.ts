/** Names of weights, and the number formats they tell. Pure. */
import type { Dtype } from '../../api/vocabulary.js';

/**
 * Dtype → end of the weights' file name.
 *
 * Source: transformers.js 4.3.1, `DEFAULT_DTYPE_SUFFIX_MAPPING`.
 */
const WEIGHT_SUFFIX: Record<Dtype, string> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/**
 * Part of a name → the dtype it tells.
 *
 * Source: Optimum 1 (`O4` is fp16); sentence-transformers 5, `export_dynamic_quantized_onnx_model`.
 */
const NAMED: readonly (readonly [pattern: RegExp, dtype: Dtype])[] = [
  [/q4f16/i, 'q4f16'],
  [/bnb4/i, 'bnb4'],
  [/q4|int4/i, 'q4'],
  [/fp16|float16|_O4/i, 'fp16'],
  [/quint8|uint8/i, 'uint8'],
  [/qint8|int8/i, 'int8'],
  [/quantized|q8/i, 'q8'],
];

/** A file that may hold a model's weights. */
export interface WeightsCandidate {
  readonly path: string;
  readonly dtype: Dtype;
}

/** Where weights may be, best first; only the file the app named, where it did. */
export function listCandidates(dtypes: readonly Dtype[], file: string | undefined): WeightsCandidate[] {
  if (file === undefined) return dtypes.map((dtype) => ({ path: `onnx/model${WEIGHT_SUFFIX[dtype]}.onnx`, dtype }));
  const name = file.replace(/.*\//, '');
  const told = NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? 'fp32';
  // Of one dtype, the app has named it as well.
  const [only = told, ...others] = dtypes;
  return [{ path: file, dtype: others.length === 0 ? only : told }];
}
