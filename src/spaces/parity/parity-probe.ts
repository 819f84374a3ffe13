/** Believes no provider that it serves the client's model: its vectors for a few texts must agree with known ones. */
import type { Dtype, PromptSet } from '../../api/vocabulary.js';
import { minCosine } from '../../util/cosine.js';
import { measureTexts } from '../../util/count-bytes.js';

/** Rounding differs between makers of runtimes, by far less than this; another model gives far less than this. */
const MIN_COSINE = 0.99;
/**
 * Weights of 8 bits or fewer move vectors by themselves, and servers that run several texts at once move them further, since
 * those share a scale. Source: measured for these texts with all-MiniLM-L6-v2 and bge-small-en-v1.5 on ONNX Runtime 1.23, at
 * least 0.9864 between any two ways of running the q8 file, and 0.9878 to fp32.
 */
const MIN_QUANTISED_COSINE = 0.98;
/** Vectors that miss the bound by no more than this may owe it to the texts they ran with. */
const CLOSE_COSINE = 0.95;
/** How far two lengths of a vector may be apart, as a part of the longer one, where lengths count. */
const LENGTH_TOLERANCE = 0.05;

/** Dtypes that leave vectors as they are in full precision. */
const PRECISE: readonly (Dtype | undefined)[] = ['fp32', 'fp16', undefined];

/** Of many kinds: prompts, letters of other scripts, numbers and length are where servers differ. */
export const PROBE_TEXTS: readonly string[] = [
  'cat',
  'How do I change the tyre of a bicycle?',
  'Überraschend günstige Preise: 3,5 % unter denen vom März 2021.',
  'The museum is closed on Mondays; on all other days it opens at ten and shows maps, coins and paintings.',
];

/** Longer than many models read. Servers that cut it elsewhere give other vectors for every long text. */
export const LONG_PROBE_TEXT: string = Array.from(
  { length: 40 },
  (_, index) => `Note ${String(index + 1)}: the river rose again, and the ferry to the island did not run before noon.`,
).join(' ');

/** What a comparison sends. */
export const PROBE_SIZE: ReturnType<typeof measureTexts> = measureTexts([...PROBE_TEXTS, LONG_PROBE_TEXT]);

/** The probe texts' vectors in a known space. */
export interface ProbeReference {
  /** The space, its width included. */
  readonly space: string;
  readonly dimensions: number;
  /** `[probe texts, dimensions]`. */
  readonly vectors: Float32Array;
  /** `[1, dimensions]`: the long text's. */
  readonly longVector: Float32Array;
  readonly prompts: PromptSet;
  readonly normalize: boolean;
  /** Of the weights that made it; absent where nobody told. */
  readonly dtype?: Dtype;
}

/** What came of a comparison. */
export interface ParityVerdict {
  readonly passed: boolean;
  /** Why it didn't pass, in one clause. */
  readonly reason: string;
  /** Whether the same texts, sent one by one, may still pass. */
  readonly isClose: boolean;
}

/** Vectors of the same texts from elsewhere. */
export interface ProbedVectors {
  readonly dimensions: number;
  readonly vectors: Float32Array;
  /** Absent when the provider refuses texts of that length, which isn't wrong. */
  readonly longVector?: Float32Array;
}

/**
 * Whether vectors are of the reference's space.
 *
 * @param named - the dtype the app says that the provider's weights have: to a quantised one more is allowed.
 */
export function compareWithReference(reference: ProbeReference, probed: ProbedVectors, named?: Dtype): ParityVerdict {
  const { dimensions, vectors, longVector, normalize } = reference;
  if (probed.dimensions !== dimensions) {
    return failed(
      `its vectors have ${String(probed.dimensions)} numbers, the client's model gives ${String(dimensions)}`,
    );
  }
  const least = minCosineFor(reference.dtype, named);
  const cosine = minCosine(probed.vectors, vectors, dimensions);
  if (cosine < least) {
    const hint = named === undefined ? `; if its weights are quantised, say so by 'dtype'` : '';
    const reason = `its vectors are not those of the client's model (cosine ${cosine.toFixed(3)}${hint})`;
    return { ...failed(reason), isClose: cosine >= CLOSE_COSINE };
  }
  if (!normalize && !haveEqualLengths(probed.vectors, vectors, dimensions)) {
    return failed(`its vectors have other lengths than those of the client's model`);
  }
  if (!probed.longVector) return PASSED;
  const longCosine = minCosine(probed.longVector, longVector, dimensions);
  if (longCosine >= least) return PASSED;
  return failed(
    `it cuts long texts elsewhere than the client does (cosine ${longCosine.toFixed(3)}); 'maxTokens' may help`,
  );
}

function minCosineFor(known: Dtype | undefined, named: Dtype | undefined): number {
  const isPrecise = named === undefined || (PRECISE.includes(known) && PRECISE.includes(named));
  return isPrecise ? MIN_COSINE : MIN_QUANTISED_COSINE;
}

function haveEqualLengths(a: Float32Array, b: Float32Array, dimensions: number): boolean {
  for (let start = 0; start < a.length; start += dimensions) {
    const [first, second] = [a, b].map((all) => Math.hypot(...all.subarray(start, start + dimensions))) as [
      number,
      number,
    ];
    if (Math.abs(first - second) > LENGTH_TOLERANCE * Math.max(first, second)) return false;
  }
  return true;
}

const PASSED: ParityVerdict = { passed: true, reason: '', isClose: true };

function failed(reason: string): ParityVerdict {
  return { passed: false, reason, isClose: false };
}
