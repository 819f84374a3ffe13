/** What exporters make of a text's length and mask before the first layer: positions, and what is added to scores. */
import { BOOL, FLOAT, INT32, INT64, type Name, type RandomGraph } from './random-encoder-graph.js';

/** How positions are counted. */
export interface PositionOptions {
  /** The id of tokens that aren't counted. */
  readonly paddingId?: number | undefined;
  readonly maxTokens: number;
}

/** How the mask is written, and what is odd about it. */
export interface MaskOptions {
  readonly opset: number;
  readonly oddity?: string | undefined;
}

/** Positions of the tokens, `[1 or batch, tokens]`. */
export function addPositionIds(graph: RandomGraph, { paddingId, maxTokens }: PositionOptions): Name {
  if (paddingId !== undefined) {
    const isPadding = graph.add('Equal', ['input_ids', graph.integers([paddingId], [])]);
    const counts = graph.add('Cast', [graph.add('Not', [isPadding])], { to: INT32 });
    const sums = graph.add('CumSum', [counts, graph.integers([1], [])]);
    const skipped = graph.add('Cast', [graph.either('Mul', sums, counts)], { to: INT64 });
    return graph.either('Add', skipped, graph.integers([paddingId], []));
  }
  const length = graph.add('Gather', [graph.add('Shape', ['input_ids']), graph.integers([1], [])], { axis: 0 });
  if (graph.opset === 14) {
    const range = graph.add('Range', [graph.integers([0], []), length, graph.integers([1], [])]);
    return graph.unsqueeze(range, [0]);
  }
  const all = graph.integers(
    Array.from({ length: maxTokens }, (_, at) => at),
    [1, maxTokens],
  );
  return graph.add('Slice', [all, graph.integers([0]), graph.unsqueeze(length, [0]), graph.integers([1])]);
}

/** 0 for tokens and the lowest number for padding, `[batch, 1, 1 or tokens, tokens]`. */
export function addMask(graph: RandomGraph, { opset, oddity }: MaskOptions): Name {
  const lowest = graph.floats(-3.4028234663852886e38);
  const rows = graph.unsqueeze('attention_mask', [1, 2]);
  const mask = graph.add('Cast', [rows], { to: FLOAT });
  let bias: Name;
  if (opset === 14) {
    const shape = graph.add('Shape', ['attention_mask']);
    const tokens = graph.add('Slice', [shape, graph.integers([1]), graph.integers([2])]);
    const batch = graph.add('Slice', [shape, graph.integers([0]), graph.integers([1])]);
    const wanted = graph.add('Concat', [batch, graph.integers([1]), tokens, tokens], { axis: 0 });
    const inverted = graph.add('Sub', [graph.floats(1), graph.add('Expand', [mask, wanted])]);
    bias = graph.add('Where', [graph.add('Cast', [inverted], { to: BOOL }), lowest, inverted]);
  } else bias = graph.either('Mul', graph.add('Sub', [graph.floats(1), mask]), lowest);
  if (oddity === 'score-bias') return graph.add('Add', [bias, addDistance(graph, 0.3)]);
  if (oddity === 'length-bias') {
    // Nothing up to a distance of 15, as a window of local attention has it.
    const far = graph.add('Max', [graph.add('Sub', [addDistance(graph, 1), graph.floats(15)]), graph.floats(0)]);
    return graph.add('Sub', [bias, far]);
  }
  return bias;
}

/** Distances of tokens times a slope, `[tokens, tokens]`. */
function addDistance(graph: RandomGraph, slope: number): Name {
  const length = graph.add('Gather', [graph.add('Shape', ['input_ids']), graph.integers([1], [])], { axis: 0 });
  const range = graph.add('Range', [graph.integers([0], []), length, graph.integers([1], [])]);
  const floats = graph.add('Cast', [range], { to: FLOAT });
  const differences = graph.add('Sub', [floats, graph.unsqueeze(floats, [1])]);
  return graph.either('Mul', graph.add('Abs', [differences]), graph.floats(slope));
}
