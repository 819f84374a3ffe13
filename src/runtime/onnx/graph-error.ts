/** The one error of everything that reads or understands graphs. */

/** A graph is malformed, or has something that isn't known here. The message says what, in one sentence. */
export class GraphError extends Error {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'GraphError';
}
