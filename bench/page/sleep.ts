/** Waiting, in the page. */

/** Resolves in a later task, after at least so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
