/** A request of any size in parts, so that results are shaped as they come and no task holds the page up. */
import type { EmbedProgress } from '../../api/embeddings.js';
import type { TargetRequest } from '../../contract/target.js';
import { callSafely } from '../../util/emitter.js';
import type { InputGroup } from './read-groups.js';

/** Shaping as many vectors takes a few milliseconds. */
const PART_INPUTS = 256;

/** The parts of a request, in order. Progress is told over all of them. */
export function* splitParts(
  request: TargetRequest,
  onProgress: ((progress: EmbedProgress) => void) | undefined,
): Generator<InputGroup> {
  const { inputs } = request;
  const track = onProgress && sumProgress(onProgress, inputs.length);
  for (let start = 0; start < inputs.length; start += PART_INPUTS) {
    const part = { ...request, inputs: inputs.slice(start, start + PART_INPUTS) };
    yield { request: part, start, ...(track && { onProgress: track() }) };
  }
}

function sumProgress(
  onProgress: (progress: EmbedProgress) => void,
  total: number,
): () => (progress: EmbedProgress) => void {
  let sum = 0;
  return () => {
    let before = 0;
    return ({ completed }) => {
      sum += completed - before;
      before = completed;
      callSafely(onProgress, { completed: sum, total });
    };
  };
}
