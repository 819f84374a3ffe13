/** What has been found out about a model on a device, to be remembered. Types only. */

/** Findings about one model in one dtype, in one runtime on one device. */
export interface DeviceVerdict {
  /** What keeps it from running the model at all, in one sentence. */
  readonly obstacle?: string;
  /** Whether its vectors are right. Absent: not tried. */
  readonly proof?: DeviceProof;
  /** Measured speed in tokens per millisecond, all workers together. */
  readonly tokensPerMs?: number;
  /** Whether bulk work is faster on several workers of one thread, or on one worker of several. */
  readonly fastest?: 'workers' | 'threads';
}

/** How vectors compare with those of a trusted computation, for the same texts and weights. */
export interface DeviceProof {
  readonly passed: boolean;
  /** The least cosine; absent when a vector had no direction, being zero or not a number. */
  readonly minCosine?: number;
  /** What it was made for, weights and output in a word: with other weights nothing is proved. */
  readonly subject?: string;
}
