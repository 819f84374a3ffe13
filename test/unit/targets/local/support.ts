/** What the tests of the engine's pure parts share: calls whose entries have a known size. */
import type { Priority } from '../../../../src/api/vocabulary.js';
import { EmbedCall, type Entry, type Row } from '../../../../src/targets/local/queue/embed-call.js';
import type { TargetOptions } from '../../../../src/contract/target.js';

/** A call with one entry per size, each of so many tokens. */
export function makeCall(
  sizes: readonly number[],
  options: { priority?: Priority; onProgress?: TargetOptions['onProgress'] } = {},
): EmbedCall {
  const { priority = 'bulk', onProgress } = options;
  const inputs = sizes.map((size) => new Array<number>(size).fill(1));
  const signal = new AbortController().signal;
  const call = new EmbedCall({ inputs, truncate: 'end' }, { signal, priority, ...(onProgress && { onProgress }) });
  // Some tests only look at entries, and nobody else handles the answer there.
  call.rows.catch(() => undefined);
  return call;
}

/** A call's only entry. */
export function firstEntry(call: EmbedCall): Entry {
  const [entry] = call.entries;
  if (!entry) throw new Error('Expected a call with an entry.');
  return entry;
}

/** A row of two dimensions that differs from input to input. */
export function makeRow(index: number): Row {
  return {
    vector: new Float32Array([index, -index]),
    tokenCount: index + 2,
    truncated: index % 2,
    contentTokens: index,
    unknownTokens: 0,
  };
}
