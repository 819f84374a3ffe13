/** Small encoders of random weights as ONNX files, in the forms of many exporters, with names that say nothing. */
import type { Activation } from '../../src/runtime/kernel/encoder.js';
import { FLOAT, RandomGraph, type Name } from './random-encoder-graph.js';
import { addHead, type RandomHead } from './random-encoder-head.js';
import { addMask, addPositionIds } from './random-encoder-inputs.js';
import {
  addActivation,
  addFusedActivation,
  addHalves,
  addLinear,
  addNorm,
  addSkipNorm,
  quantiseTable,
  randomFloats,
  type Parameters,
  type SharedInput,
  type WeightKind,
} from './random-encoder-parts.js';
import { createRandom } from './random.js';

/** What makes an encoder; sizes are small by default. */
export interface RandomEncoderOptions {
  readonly seed?: number;
  /** 11: old exporters; 14: attention as PyTorch's own operator; 17 and 20: norms and GELU as operators. */
  readonly opset?: 11 | 14 | 17 | 20;
  readonly kind?: WeightKind;
  readonly isGemm?: boolean;
  readonly layers?: number;
  readonly heads?: number;
  readonly headWidth?: number;
  readonly feedForward?: number;
  readonly activation?: Activation;
  readonly norms?: 'after' | 'before';
  /** How queries, keys and values by one linear map are told apart; by three maps where it is 'no'. */
  readonly fused?: 'no' | 'split' | 'slices' | 'stacked';
  /** ONNX Runtime's own operators, as its optimiser puts them in. */
  readonly isOptimised?: boolean;
  /** Positions counted without padding, as XLM-RoBERTa does it, with this id. */
  readonly paddingId?: number;
  readonly hasTokenTypes?: boolean;
  readonly head?: RandomHead;
  readonly maxTokens?: number;
  readonly vocabulary?: number;
  /** Something that no kernel knows. */
  readonly oddity?: 'score-bias' | 'length-bias' | 'gate' | 'unknown-operator' | 'extra-input';
}

/** A random encoder. */
export interface RandomEncoder {
  readonly model: Uint8Array;
  readonly outputName: string;
  /** Vectors' width. */
  readonly width: number;
  readonly maxTokens: number;
  /** What went in, by its meaning: weights as they count, after rounding. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/** All options, with what follows from them. */
type Settings = Required<Omit<RandomEncoderOptions, 'paddingId' | 'head' | 'oddity'>> &
  Pick<RandomEncoderOptions, 'paddingId' | 'head' | 'oddity'> & {
    readonly width: number;
    readonly parameters: Parameters;
  };

/** An encoder; the same options make the same file. */
export function makeRandomEncoder(options: RandomEncoderOptions = {}): RandomEncoder {
  const settings = fillIn(options);
  const { width, maxTokens, head, hasTokenTypes, parameters, oddity } = settings;
  const graph = new RandomGraph(settings.opset, createRandom(1000 + settings.seed * 7919));
  let hidden = addEmbedding(graph, settings);
  const masks = addMask(graph, settings);
  for (let layer = 0; layer < settings.layers; layer++) {
    hidden = addLayer(graph, settings, `layer${layer}`, hidden, masks);
  }
  if (settings.norms === 'before') hidden = addNorm(graph, hidden, width, 'final', parameters);
  if (oddity === 'unknown-operator') hidden = graph.add('Selu', [hidden]);
  const last = head ? addHead(graph, head, hidden, width, parameters) : hidden;
  const outputName = graph.add('Identity', [last]);
  const names = ['input_ids', 'attention_mask', ...(hasTokenTypes ? ['token_type_ids'] : [])];
  if (oddity === 'extra-input') names.push('decoder_input_ids');
  const model = graph.encode(
    names.map((name) => ({ name, type: 'int64', dims: ['b', 't'] })),
    [{ name: outputName, type: 'float32', dims: head ? ['b', width] : ['b', 't', width] }],
  );
  return { model, outputName, width, maxTokens, parameters };
}

function fillIn(options: RandomEncoderOptions): Settings {
  const defaults = {
    seed: 1,
    opset: 17,
    kind: 'fp32',
    isGemm: false,
    layers: 2,
    heads: 2,
    headWidth: 16,
    feedForward: 64,
    activation: 'gelu',
    norms: 'after',
    fused: 'no',
    isOptimised: false,
    hasTokenTypes: true,
    maxTokens: 24,
    vocabulary: 60,
  } as const;
  const given = { ...defaults, ...options };
  return { ...given, width: given.heads * given.headWidth, parameters: new Map() };
}

function addTable(
  graph: RandomGraph,
  { kind, width, parameters }: Settings,
  key: string,
  rows: number,
  indexes: Name,
): Name {
  const values = randomFloats(graph, rows * width, 0.8);
  const dims = [rows, width];
  if (kind === 'fp16') {
    const table = addHalves(graph, values, dims);
    parameters.set(key, table.values);
    return graph.add('Gather', [table.name, indexes]);
  }
  if (kind === 'fp32') {
    parameters.set(key, values);
    return graph.add('Gather', [graph.floats(values, dims), indexes]);
  }
  const { codes, zero, scale, values: rounded } = quantiseTable(values);
  parameters.set(key, rounded);
  const table = graph.constant('uint8', dims, codes);
  const how = [graph.floats(scale), graph.constant('uint8', [], Uint8Array.of(zero))];
  if (kind === 'uint8') return graph.add('Gather', [graph.add('DequantizeLinear', [table, ...how]), indexes]);
  return graph.add('DequantizeLinear', [graph.add('Gather', [table, indexes]), ...how]);
}

function addEmbedding(graph: RandomGraph, settings: Settings): Name {
  const { width, hasTokenTypes, vocabulary, maxTokens, paddingId, parameters } = settings;
  const words = addTable(graph, settings, 'words', vocabulary, 'input_ids');
  const rows = maxTokens + (paddingId === undefined ? 0 : paddingId + 1);
  const positions = addTable(graph, settings, 'positions', rows, addPositionIds(graph, settings));
  const types = hasTokenTypes ? addTable(graph, settings, 'types', 2, 'token_type_ids') : undefined;
  const sum = types === undefined ? words : graph.either('Add', words, types);
  return addNorm(graph, graph.either('Add', sum, positions), width, 'embedding', parameters);
}

function addLayer(graph: RandomGraph, settings: Settings, key: string, input: Name, mask: Name): Name {
  const { norms, width, parameters } = settings;
  const norm = (value: Name, part: string): Name => addNorm(graph, value, width, `${key}.${part}`, parameters);
  if (norms === 'before') {
    const attended = addAttention(graph, settings, key, norm(input, 'attentionNorm'), mask);
    const middle = graph.either('Add', attended, input);
    return graph.either('Add', addFeedForward(graph, settings, key, norm(middle, 'feedForwardNorm')), middle);
  }
  const join = (value: Name, residual: Name, part: string): Name =>
    settings.isOptimised
      ? addSkipNorm(graph, [value, residual], width, `${key}.${part}`, parameters)
      : norm(graph.either('Add', value, residual), part);
  const middle = join(addAttention(graph, settings, key, input, mask), input, 'attentionNorm');
  return join(addFeedForward(graph, settings, key, middle), middle, 'feedForwardNorm');
}

function addFeedForward(graph: RandomGraph, settings: Settings, key: string, input: Name): Name {
  const { width, feedForward, activation, oddity } = settings;
  const shared: SharedInput = { value: input };
  const up = addLinear(graph, shared, { ...settings, inputs: width, outputs: feedForward, key: `${key}.up` });
  const active = (settings.isOptimised ? addFusedActivation : addActivation)(graph, up, activation);
  const gated =
    oddity === 'gate'
      ? graph.add('Mul', [
          active,
          addLinear(graph, shared, { ...settings, inputs: width, outputs: feedForward, key: `${key}.gate` }),
        ])
      : active;
  return addLinear(graph, { value: gated }, { ...settings, inputs: feedForward, outputs: width, key: `${key}.down` });
}

function addAttention(graph: RandomGraph, settings: Settings, key: string, input: Name, mask: Name): Name {
  const { width, heads, headWidth, opset } = settings;
  const [query, key_, value] = addProjections(graph, settings, key, input).map((name, index) =>
    graph.add('Transpose', [name], { perm: index === 1 && opset !== 14 ? [0, 2, 3, 1] : [0, 2, 1, 3] }),
  );
  const scores = addScores(graph, settings, query ?? '', key_ ?? '');
  const shares = graph.add('Softmax', [graph.either('Add', scores, mask)], { axis: opset < 13 ? 3 : -1 });
  const clean = opset === 14 ? graph.add('Where', [graph.add('IsNaN', [shares]), graph.floats(0), shares]) : shares;
  const mixed = graph.add('Transpose', [graph.add('MatMul', [clean, value ?? ''])], { perm: [0, 2, 1, 3] });
  const joined = graph.reshapeLike(mixed, input, [heads * headWidth]);
  return addLinear(graph, { value: joined }, { ...settings, inputs: width, outputs: width, key: `${key}.output` });
}

/** Queries, keys and values, `[batch, tokens, heads, headWidth]` each. */
function addProjections(graph: RandomGraph, settings: Settings, key: string, input: Name): Name[] {
  const { width, heads, headWidth, fused, opset } = settings;
  const shared: SharedInput = { value: input };
  const split = (name: Name): Name => graph.reshapeLike(name, input, [heads, headWidth]);
  if (fused === 'no') {
    return ['query', 'key', 'value'].map((part) =>
      split(addLinear(graph, shared, { ...settings, inputs: width, outputs: width, key: `${key}.${part}` })),
    );
  }
  const all = addLinear(graph, shared, { ...settings, inputs: width, outputs: 3 * width, key: `${key}.qkv` });
  if (fused === 'stacked') {
    const stack = graph.add('Transpose', [graph.reshapeLike(all, input, [3, heads, headWidth])], {
      perm: [2, 0, 1, 3, 4],
    });
    return [0, 1, 2].map((part) => graph.add('Gather', [stack, graph.integers([part], [])], { axis: 0 }));
  }
  if (fused === 'slices') {
    const cut = (part: number): Name =>
      graph.add('Slice', [
        all,
        graph.integers([part * width]),
        graph.integers([(part + 1) * width]),
        graph.integers([2]),
      ]);
    return [0, 1, 2].map((part) => split(cut(part)));
  }
  const sizes = [width, width, width];
  const parts =
    opset < 13
      ? graph.addAll('Split', [all], 3, { axis: 2, split: sizes })
      : graph.addAll('Split', [all, graph.integers(sizes)], 3, { axis: -1 });
  return parts.map(split);
}

function addScores(graph: RandomGraph, { opset, headWidth, isOptimised }: Settings, query: Name, key: Name): Name {
  if (opset === 14) {
    // The scale's root on both sides, made when it runs.
    const shape = graph.add('Shape', [query]);
    const last = graph.add('Slice', [shape, graph.integers([-1]), graph.integers([2 ** 31])]);
    const root = graph.add('Sqrt', [graph.add('Cast', [last], { to: FLOAT })]);
    const scale = graph.add('Sqrt', [graph.add('Div', [graph.floats(1, [1]), root])]);
    const flipped = graph.add('Transpose', [key], { perm: [0, 1, 3, 2] });
    return graph.add('MatMul', [graph.add('Mul', [query, scale]), graph.add('Mul', [flipped, scale])]);
  }
  if (opset === 20) return graph.add('MatMul', [graph.add('Div', [query, graph.floats(Math.sqrt(headWidth))]), key]);
  if (isOptimised) {
    const turned = graph.add('Transpose', [key], { perm: [0, 1, 3, 2] });
    const alpha = { float: 1 / Math.sqrt(headWidth) };
    return graph.add('com.microsoft.FusedMatMul', [query, turned], { alpha, transB: 1 });
  }
  const products = graph.add('MatMul', [query, key]);
  if (opset === 11) return graph.add('Div', [products, graph.floats(Math.sqrt(headWidth))]);
  return graph.either('Mul', products, graph.floats(1 / Math.sqrt(headWidth)));
}
