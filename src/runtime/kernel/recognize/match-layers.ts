/** Finds an encoder's layers, from its last back to its embedding. */
import { GraphError } from '../../onnx/graph-error.js';
import type { Activation, Attention, EncoderLayer, FeedForward, Linear, Norm } from '../encoder.js';
import { toLinear } from './quantize-weights.js';
import type { Expression, Heads, LinearExpression, LookupExpression, SumExpression } from './expression.js';

/** Everything up to the last token vectors. */
export interface Network {
  readonly lookup: LookupExpression;
  readonly embeddingNorm?: Norm;
  readonly layers: readonly EncoderLayer[];
  readonly finalNorm?: Norm;
}

/** The network that ends in `last`. @throws GraphError when a part of it is unusual. */
export function matchNetwork(last: Expression): Network {
  const layers: EncoderLayer[] = [];
  const peeled = peelFinalNorm(last);
  const { finalNorm } = peeled;
  let expression = peeled.input;
  for (;;) {
    const found = matchLayer(expression);
    if (!found) break;
    layers.unshift(found.layer);
    expression = found.input;
  }
  const embeddingNorm = expression.kind === 'norm' ? expression.norm : undefined;
  if (expression.kind === 'norm') expression = expression.input;
  if (layers.length === 0 || expression.kind !== 'lookup') throw new GraphError(describe(expression));
  return { lookup: expression, layers, ...(embeddingNorm && { embeddingNorm }), ...(finalNorm && { finalNorm }) };
}

function describe(expression: Expression): string {
  if (expression.kind === 'lookup') return 'It has no layers.';
  return `It has a layer that is not an encoder's: found a ${expression.kind}.`;
}

/** A norm behind the last layer, where layers have their norms before. */
function peelFinalNorm(last: Expression): { finalNorm: Norm | undefined; input: Expression } {
  const isBehind =
    last.kind === 'norm' && last.input.kind === 'sum' && splitFeedForward(last.input)?.norm !== undefined;
  return isBehind ? { finalNorm: last.norm, input: last.input } : { finalNorm: undefined, input: last };
}

interface Branch {
  readonly feedForward: FeedForward;
  /** The vectors that are added to its result. */
  readonly residual: Expression;
  /** The norm before it. */
  readonly norm: Norm | undefined;
}

/** `residual + feedForward(residual or its norm)`. */
function splitFeedForward(sum: SumExpression): Branch | undefined {
  for (const [down, residual] of sidesOf(sum)) {
    if (down.kind !== 'linear' || down.input.kind !== 'activation' || down.input.input.kind !== 'linear') continue;
    const { activation, input: up } = down.input;
    if (activation === 'tanh') continue;
    const norm = normBetween(up.input, residual);
    if (norm === false) continue;
    return { feedForward: toFeedForward(up, activation, down), residual, norm };
  }
  return undefined;
}

function toFeedForward(up: LinearExpression, activation: Activation, down: LinearExpression): FeedForward {
  return { up: toLinear(up), activation, down: toLinear(down) };
}

/** The norm that makes `to` of `from`, undefined where they are the same, false where neither is so. */
function normBetween(to: Expression, from: Expression): Norm | undefined | false {
  if (to === from) return undefined;
  return to.kind === 'norm' && to.input === from ? to.norm : false;
}

function sidesOf({ left, right }: SumExpression): (readonly [Expression, Expression])[] {
  return [
    [left, right],
    [right, left],
  ];
}

/** The layer that ends in `expression`, and what enters it. */
function matchLayer(expression: Expression): { layer: EncoderLayer; input: Expression } | undefined {
  const isAfter = expression.kind === 'norm' && expression.input.kind === 'sum';
  const sum = isAfter ? expression.input : expression;
  if (sum.kind !== 'sum') return undefined;
  const branch = splitFeedForward(sum);
  if (!branch || (branch.norm === undefined) !== isAfter)
    throw new GraphError('It has a layer whose feed-forward part is unusual.');
  const { feedForward, residual } = branch;
  const middle = isAfter && residual.kind === 'norm' ? residual.input : residual;
  const found = middle.kind === 'sum' ? matchAttention(middle) : undefined;
  const attentionNorm = isAfter ? (residual.kind === 'norm' ? residual.norm : undefined) : found?.norm;
  const feedForwardNorm = isAfter ? expression.norm : branch.norm;
  if (!found || !attentionNorm || !feedForwardNorm || (isAfter && found.norm)) {
    throw new GraphError('It has a layer whose attention is unusual.');
  }
  const { attention, shortcut, input } = found;
  const norms = isAfter ? 'after' : 'before';
  const layer = {
    norms,
    attention,
    attentionNorm,
    feedForward,
    feedForwardNorm,
    ...(shortcut && { shortcut }),
  } as const;
  return { layer, input };
}

interface FoundAttention {
  readonly attention: Attention;
  readonly input: Expression;
  readonly shortcut: Linear | undefined;
  /** The norm before it. */
  readonly norm: Norm | undefined;
}

function matchAttention(sum: SumExpression): FoundAttention | undefined {
  for (const [output, residual] of sidesOf(sum)) {
    if (output.kind !== 'linear' || output.input.kind !== 'context') continue;
    const { probabilities, value } = output.input;
    const { query, key, scale } = probabilities.scores;
    const source = query.linear.input;
    if (key.linear.input !== source || value.linear.input !== source) continue;
    if (value.headWidth !== query.headWidth) throw new GraphError('It has values of another width than its keys.');
    const shortcut = residual.kind === 'linear' && normBetween(source, residual) === false ? residual : undefined;
    const input = shortcut ? shortcut.input : residual;
    const norm = normBetween(source, input);
    if (norm === false) continue;
    const attention = {
      heads: query.heads,
      headWidth: query.headWidth,
      scale: scale * probabilities.scale,
      query: pick(query),
      key: pick(key),
      value: pick(value),
      output: toLinear(output),
    };
    return { attention, input, norm, shortcut: shortcut && toLinear(shortcut) };
  }
  return undefined;
}

/** A projection's outputs, heads side by side. */
function pick({ linear, offset, heads, headWidth, headStride, channelStride }: Heads): Linear {
  const columns = Array.from({ length: heads * headWidth }, (_, at) => {
    const channel = at % headWidth;
    return offset + ((at - channel) / headWidth) * headStride + channel * channelStride;
  });
  const isAll = columns.length === linear.shape[1] && columns.every((column, at) => column === at);
  return toLinear(linear, isAll ? undefined : columns);
}
