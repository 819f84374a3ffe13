/** Follows what a graph makes of the tokens' ids themselves, before and beside looking them up. */
import { GraphError } from '../../onnx/graph-error.js';
import { orderNodes, type Graph, type GraphNode } from '../../onnx/read-graph.js';

/** Where ids go. */
export interface IdFlow {
  /** Values that are the ids, in whatever shape. */
  readonly ids: ReadonlySet<string>;
  /** Values that depend on which ids are equal to a certain one: masks and positions that skip padding. */
  readonly compared: ReadonlySet<string>;
}

/** Operators that ids pass unchanged on their way to a table. */
const PASSING: readonly string[] = ['Identity', 'Cast', 'Reshape', 'Slice', 'Squeeze', 'Unsqueeze', 'Flatten'];
/** What they give doesn't depend on the ids. */
const MEASURING: readonly string[] = ['Shape', 'Size'];

/**
 * @param outputName - only what this output needs is looked at.
 * @throws GraphError when ids are counted with, or compared otherwise than with one id: a text that tries every id can't
 *   be made, so what the graph does for each of them wouldn't be known.
 */
export function followIds(graph: Graph, outputName: string): IdFlow {
  const ids = new Set(['input_ids']);
  const compared = new Set<string>();
  /** What comes of the tokens' vectors is followed elsewhere. */
  const vectors = new Set<string>();
  const isLookedUp = ({ operator, inputs }: GraphNode): boolean =>
    operator === 'Gather' && ids.has(inputs[1] ?? '') && !ids.has(inputs[0] ?? '');
  for (const node of orderNodes(graph, outputName, () => false)) {
    const { operator, inputs, outputs } = node;
    if (MEASURING.includes(operator)) continue;
    const add = (to: Set<string>): void => {
      for (const name of outputs) to.add(name);
    };
    if (isLookedUp(node) || inputs.some((name) => vectors.has(name))) add(vectors);
    else if (!inputs.some((name) => ids.has(name))) {
      if (inputs.some((name) => compared.has(name))) add(compared);
    } else if (PASSING.includes(operator) && ids.has(inputs[0] ?? '')) add(ids);
    else if (operator === 'Equal') add(compared);
    else throw new GraphError('It treats tokens by their ids.');
  }
  return { ids, compared };
}
