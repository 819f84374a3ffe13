/** Work that is done once, however many ask for it. */

/** `task`, run once for all callers; after a failure, which all who waited share, the next caller runs it again. */
export function shareSuccess<T>(task: () => Promise<T>): () => Promise<T> {
  let shared: Promise<T> | undefined;
  return () => {
    shared ??= task().catch((error: unknown) => {
      shared = undefined;
      throw error;
    });
    return shared;
  };
}
