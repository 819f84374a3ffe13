/** A request of any size in parts, so that results are shaped as they come and no task holds the page up. */
import type { EmbedProgress } from '../../api/embeddings.js';
import type { CallScope, EmbeddedRows, Target, TargetOptions, TargetRequest } from '../../targets/target.js';
import { EmbeddingError, SpaceMismatchError } from '../../errors/errors.js';
import { callSafely } from '../../util/emitter.js';
import { mapInOrder } from '../../util/map-in-order.js';
import { shiftInput } from '../../util/name-input.js';

/** Shaping as many vectors takes a few milliseconds. */
const PART_INPUTS = 256;
/** So that every worker has something to do while a part is shaped. */
const PARTS_UNDER_WAY = 4;

/**
 * The rows of each part, in order. Progress is told over all parts.
 *
 * @throws SpaceMismatchError when parts were answered in different spaces.
 */
export async function* embedInParts(
  target: Pick<Target, 'embed'>,
  request: TargetRequest,
  { signal, priority, onProgress }: TargetOptions,
): AsyncGenerator<EmbeddedRows, void, undefined> {
  const { inputs } = request;
  const starts = Array.from({ length: Math.ceil(inputs.length / PART_INPUTS) }, (_, part) => part * PART_INPUTS);
  const controller = new AbortController();
  const follow = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) follow();
  signal.addEventListener('abort', follow, { once: true });
  const call: CallScope = { inputs };
  const track = onProgress && sumProgress(onProgress, inputs.length);
  let space: string | undefined;
  try {
    const parts = mapInOrder(starts, PARTS_UNDER_WAY, async (start) => {
      controller.signal.throwIfAborted();
      const part = { ...request, inputs: inputs.slice(start, start + PART_INPUTS) };
      const onPart = track?.();
      const settings = { signal: controller.signal, priority, call, ...(onPart && { onProgress: onPart }) };
      return shiftInput(target.embed(part, settings), start);
    });
    for await (const rows of parts) {
      space ??= rows.space;
      if (rows.space !== space) throw new SpaceMismatchError(space, rows.space);
      yield rows;
    }
  } finally {
    signal.removeEventListener('abort', follow);
    // Ends what other parts still compute, when one failed or nobody wants them any more.
    controller.abort(new EmbeddingError('disposed', 'The rest of this call is not wanted any more.'));
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
