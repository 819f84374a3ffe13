/** Believes no provider that it serves the client's model: its vectors for a few texts must agree with known ones. */
import { leastCosine } from '../util/cosine.js';
import { measureTexts } from '../util/count-bytes.js';

/** Rounding differs between makers of runtimes; another model gives far less. Source: DESIGN, "sameModel". */
const LEAST_COSINE = 0.99;

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
  readonly prompts: Readonly<Record<string, string>>;
  readonly normalize: boolean;
}

/** What came of a comparison. */
export interface ParityVerdict {
  readonly passed: boolean;
  /** Why it didn't pass, in one clause. */
  readonly reason: string;
}

/** Vectors of the same texts from elsewhere. */
export interface ProbedVectors {
  readonly dimensions: number;
  readonly vectors: Float32Array;
  /** Absent when the provider refuses texts of that length, which isn't wrong. */
  readonly longVector?: Float32Array;
}

/** Whether vectors are of the reference's space. */
export function compareWithReference(reference: ProbeReference, probed: ProbedVectors): ParityVerdict {
  const { dimensions } = reference;
  if (probed.dimensions !== dimensions) {
    return failed(
      `its vectors have ${String(probed.dimensions)} numbers, the client's model gives ${String(dimensions)}`,
    );
  }
  const cosine = leastCosine(probed.vectors, reference.vectors, dimensions);
  if (cosine < LEAST_COSINE)
    return failed(`its vectors are not those of the client's model (cosine ${cosine.toFixed(3)})`);
  if (!probed.longVector) return { passed: true, reason: '' };
  const longCosine = leastCosine(probed.longVector, reference.longVector, dimensions);
  if (longCosine >= LEAST_COSINE) return { passed: true, reason: '' };
  return failed(
    `it cuts long texts elsewhere than the client does (cosine ${longCosine.toFixed(3)}); 'maxTokens' may help`,
  );
}

function failed(reason: string): ParityVerdict {
  return { passed: false, reason };
}
