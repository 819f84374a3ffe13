/** A stream's inputs in groups: a provider takes many in one request, and each request costs time and money. */
import type { TargetOptions, TargetRequest } from '../../contract/target.js';

/** How long a group waits for its next inputs, in milliseconds: short beside a request. */
const LINGER_MS = 20;

/** Inputs of a call that follow each other. */
export interface InputGroup {
  readonly request: TargetRequest;
  /** The first one's place in the call. */
  readonly start: number;
  readonly onProgress?: TargetOptions['onProgress'];
}

/** How a stream is read. */
export interface GroupTerms<T> {
  /** One input as a checked request. What it throws ends the stream, behind the inputs before it. */
  readonly check: (item: T) => TargetRequest;
  /** Inputs of the next group, at most; 1 waits for none. */
  readonly size: (position: number) => number;
}

/** Reads no further than the group that is asked for. The source is closed when the reader stops. */
export async function* readGroups<T>(
  source: AsyncIterable<T> | Iterable<T>,
  { check, size }: GroupTerms<T>,
): AsyncGenerator<InputGroup, void, undefined> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let pull: Promise<IteratorResult<T>> | undefined;
  let position = 0;
  let isOver = false;
  try {
    while (!isOver) {
      const start = position;
      const limit = size(position);
      const group: TargetRequest[] = [];
      const linger = startTimer(limit > 1);
      let failure: { readonly error: unknown } | undefined;
      try {
        while (group.length < limit) {
          pull ??= settleLater(Promise.resolve(iterator.next()));
          const pulled = await (group.length === 0 ? pull : Promise.race([pull, linger.over]));
          if (pulled === undefined) break;
          pull = undefined;
          isOver = pulled.done === true;
          if (pulled.done === true) break;
          group.push(check(pulled.value));
          position += 1;
        }
      } catch (error) {
        failure = { error };
      } finally {
        linger.clear();
      }
      yield* joinAlike(group, start);
      if (failure) throw failure.error;
    }
  } finally {
    // Not awaited: a source that waits for something would keep its reader here.
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** One request for each run of texts or of token ids, which no API takes side by side. */
function* joinAlike(group: readonly TargetRequest[], start: number): Generator<InputGroup> {
  const kindOf = (place: number): string => typeof group[place]?.inputs[0];
  for (let from = 0; from < group.length;) {
    let to = from + 1;
    while (to < group.length && kindOf(to) === kindOf(from)) to += 1;
    const [first] = group.slice(from, to);
    const inputs = group.slice(from, to).flatMap((request) => request.inputs);
    if (first) yield { request: { ...first, inputs }, start: start + from };
    from = to;
  }
}

function startTimer(isNeeded: boolean): { readonly over: Promise<undefined>; readonly clear: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    const end = (): void => {
      resolve(undefined);
    };
    if (isNeeded) timer = setTimeout(end, LINGER_MS);
  });
  return {
    over,
    clear: () => {
      clearTimeout(timer);
    },
  };
}

/** The same promise; when it rejects before anybody waits for it, that isn't reported as unhandled. */
function settleLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
