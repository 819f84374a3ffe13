/** Finds an encoder's layers, from its last back to its embedding. */
import { GraphError } from '../../onnx/graph-error.js';
import type { Activation, Attention, EncoderLayer, FeedForward, Linear, Norm } from '../encoder.js';
import { toLinear } from './quantize-weights.js';
import type { Heads, LinearThing, LookupThing, Thing } from './symbolic-tensor.js';

/** Everything up to the last token vectors. */
export interface Network {
  readonly lookup: LookupThing;
  readonly embeddingNorm?: Norm;
  readonly layers: readonly EncoderLayer[];
  readonly finalNorm?: Norm;
}

type SumThing = Extract<Thing, { kind: 'sum' }>;

/** The network that ends in `last`. @throws GraphError when a part of it is unusual. */
export function matchNetwork(last: Thing): Network {
  const layers: EncoderLayer[] = [];
  const peeled = peelFinalNorm(last);
  const { finalNorm } = peeled;
  let { thing } = peeled;
  for (;;) {
    const found = matchLayer(thing);
    if (!found) break;
    layers.unshift(found.layer);
    thing = found.input;
  }
  const embeddingNorm = thing.kind === 'norm' ? thing.norm : undefined;
  if (thing.kind === 'norm') thing = thing.input;
  if (layers.length === 0 || thing.kind !== 'lookup') throw new GraphError(describe(thing));
  return { lookup: thing, layers, ...(embeddingNorm && { embeddingNorm }), ...(finalNorm && { finalNorm }) };
}

function describe(thing: Thing): string {
  if (thing.kind === 'lookup') return 'It has no layers.';
  return `It has a layer that is not an encoder's: found a ${thing.kind}.`;
}

/** A norm behind the last layer, where layers have their norms before. */
function peelFinalNorm(last: Thing): { finalNorm: Norm | undefined; thing: Thing } {
  const isBehind =
    last.kind === 'norm' && last.input.kind === 'sum' && splitFeedForward(last.input)?.norm !== undefined;
  return isBehind ? { finalNorm: last.norm, thing: last.input } : { finalNorm: undefined, thing: last };
}

interface Branch {
  readonly feedForward: FeedForward;
  /** The vectors that are added to its result. */
  readonly residual: Thing;
  /** The norm before it. */
  readonly norm: Norm | undefined;
}

/** `residual + feedForward(residual or its norm)`. */
function splitFeedForward(sum: SumThing): Branch | undefined {
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

function toFeedForward(up: LinearThing, activation: Activation, down: LinearThing): FeedForward {
  return { up: toLinear(up), activation, down: toLinear(down) };
}

/** The norm that makes `to` of `from`, undefined where they are the same, false where neither is so. */
function normBetween(to: Thing, from: Thing): Norm | undefined | false {
  if (to === from) return undefined;
  return to.kind === 'norm' && to.input === from ? to.norm : false;
}

function sidesOf({ left, right }: SumThing): (readonly [Thing, Thing])[] {
  return [
    [left, right],
    [right, left],
  ];
}

/** The layer that ends in `thing`, and what enters it. */
function matchLayer(thing: Thing): { layer: EncoderLayer; input: Thing } | undefined {
  const isAfter = thing.kind === 'norm' && thing.input.kind === 'sum';
  const sum = isAfter ? thing.input : thing;
  if (sum.kind !== 'sum') return undefined;
  const branch = splitFeedForward(sum);
  if (!branch || (branch.norm === undefined) !== isAfter)
    throw new GraphError('It has a layer whose feed-forward part is unusual.');
  const { feedForward, residual } = branch;
  const middle = isAfter && residual.kind === 'norm' ? residual.input : residual;
  const found = middle.kind === 'sum' ? matchAttention(middle) : undefined;
  const attentionNorm = isAfter ? (residual.kind === 'norm' ? residual.norm : undefined) : found?.norm;
  const feedForwardNorm = isAfter ? thing.norm : branch.norm;
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
  readonly input: Thing;
  readonly shortcut: Linear | undefined;
  /** The norm before it. */
  readonly norm: Norm | undefined;
}

function matchAttention(sum: SumThing): FoundAttention | undefined {
  for (const [output, residual] of sidesOf(sum)) {
    if (output.kind !== 'linear' || output.input.kind !== 'mix') continue;
    const { shares, value } = output.input;
    const { query, key, scale } = shares.scores;
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
      scale: scale * shares.scale,
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
