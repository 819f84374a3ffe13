/** The parts of a random encoder in every form that exporters and quantisers write them. */
import type { Activation } from '../../src/runtime/kernel/encoder.js';
import { FLOAT, type Name, type RandomGraph } from './random-encoder-graph.js';

/** How weights are stored. `q8` is what the hub has, `uint8` what a quantiser's defaults give, `weights8` weights alone. */
export type WeightKind = 'fp32' | 'fp16' | 'q8' | 'uint8' | 'weights8';

/** Keeps what was put into a graph, by what it means: the weights as they count, after dequantising. */
export type Parameters = Map<string, Float32Array>;

/** Numbers of -1 to 1, times `size`. */
export function randomFloats(graph: RandomGraph, count: number, size: number): Float32Array {
  const values = new Float32Array(count);
  // A plain loop: the largest encoder has twelve million numbers.
  for (let at = 0; at < count; at++) values[at] = (graph.random() * 2 - 1) * size;
  return values;
}

/** float32 to the nearest float16 and back, for numbers of ordinary size. */
export function toHalf(value: number): { bits: number; value: number } {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent <= 0) return { bits: 0, value: 0 };
  const half = ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
  const [rounded = 0] = new Float32Array(Uint32Array.of(bits & 0xffffe000).buffer);
  return { bits: half, value: rounded };
}

/** float16 weights with the Cast that brings them back. */
export function addHalves(
  graph: RandomGraph,
  values: Float32Array,
  dims: readonly number[],
): { name: Name; values: Float32Array } {
  const halves = [...values].map(toHalf);
  const stored = graph.constant(
    'float16',
    dims,
    Uint16Array.from(halves, ({ bits }) => bits),
  );
  return {
    name: graph.add('Cast', [stored], { to: FLOAT }),
    values: Float32Array.from(halves, ({ value }) => value),
  };
}

/** Activations quantised once for all that take them, as the hub's files have it. */
export interface SharedInput {
  readonly value: Name;
  quantised?: readonly Name[];
}

/** `x · weights + bias`. */
export function addLinear(
  graph: RandomGraph,
  input: SharedInput,
  { inputs, outputs, key, kind, isGemm, parameters }: LinearOptions,
): Name {
  const weights = randomFloats(graph, inputs * outputs, 1.7 / Math.sqrt(inputs));
  const bias = randomFloats(graph, outputs, 0.3);
  parameters.set(`${key}.bias`, bias);
  if (kind === 'q8' || kind === 'uint8') {
    const product = addInteger(graph, input, { weights, inputs, outputs, key, parameters, isSigned: kind === 'q8' });
    return graph.either('Add', graph.floats(bias), product);
  }
  const { name, values } = addWeights(graph, kind, weights, inputs, outputs);
  parameters.set(`${key}.weights`, values);
  if (!isGemm) return graph.either('Add', graph.add('MatMul', [input.value, name]), graph.floats(bias));
  const flat = graph.add('Reshape', [input.value, graph.integers([-1, inputs])]);
  const isTransposed = graph.random() < 0.5;
  const matrix = isTransposed ? graph.add('Transpose', [name], { perm: [1, 0] }) : name;
  const product = graph.add('Gemm', [flat, matrix, graph.floats(bias)], { transB: isTransposed ? 1 : 0 });
  return graph.reshapeLike(product, input.value, [outputs]);
}

/** What a linear map is made of. */
export interface LinearOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** What it is called among the parameters. */
  readonly key: string;
  readonly kind: WeightKind;
  readonly isGemm: boolean;
  readonly parameters: Parameters;
}

function addWeights(
  graph: RandomGraph,
  kind: WeightKind,
  weights: Float32Array,
  inputs: number,
  outputs: number,
): { name: Name; values: Float32Array } {
  if (kind === 'fp16') return addHalves(graph, weights, [inputs, outputs]);
  if (kind === 'fp32') return { name: graph.floats(weights, [inputs, outputs]), values: weights };
  const { bytes, scales, values } = quantiseColumns(weights, outputs, 127);
  const stored = graph.constant('int8', [inputs, outputs], bytes);
  if (graph.opset >= 13 && graph.random() < 0.5) {
    const zeros = graph.constant('int8', [outputs], new Int8Array(outputs));
    return { name: graph.add('DequantizeLinear', [stored, graph.floats(scales), zeros], { axis: 1 }), values };
  }
  const floats = graph.add('Cast', [stored], { to: FLOAT });
  return { name: graph.add('Mul', [floats, graph.floats(scales)]), values };
}

/** Signed bytes with a scale a column. */
function quantiseColumns(
  weights: Float32Array,
  columns: number,
  most: number,
): { bytes: Int8Array; scales: Float32Array; values: Float32Array } {
  const scales = new Float32Array(columns);
  for (let at = 0; at < weights.length; at++) {
    const column = at % columns;
    scales[column] = Math.max(scales[column] ?? 0, Math.abs(weights[at] ?? 0) / most);
  }
  const bytes = new Int8Array(weights.length);
  const values = new Float32Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    const scale = scales[at % columns] ?? 1;
    bytes[at] = Math.round((weights[at] ?? 0) / scale);
    // Of the byte, not of the number: a byte has no -0.
    values[at] = (bytes[at] ?? 0) * scale;
  }
  return { bytes, scales, values };
}

interface IntegerOptions {
  readonly weights: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
  readonly key: string;
  readonly parameters: Parameters;
  readonly isSigned: boolean;
}

function addInteger(graph: RandomGraph, input: SharedInput, options: IntegerOptions): Name {
  const { weights, inputs, outputs, key, parameters, isSigned } = options;
  input.quantised ??= graph.addAll('DynamicQuantizeLinear', [input.value], 3);
  const [bytes = '', scale = '', zero = ''] = input.quantised;
  let stored: { codes: Name; zero: Name; scales: Name };
  if (isSigned) {
    const { bytes: codes, scales, values } = quantiseColumns(weights, outputs, 64);
    parameters.set(`${key}.weights`, values);
    stored = {
      codes: graph.constant('int8', [inputs, outputs], codes),
      zero: graph.constant('int8', [outputs], new Int8Array(outputs)),
      scales: graph.floats(scales),
    };
  } else {
    const { codes, zero: point, scale: size, values } = quantiseTable(weights);
    parameters.set(`${key}.weights`, values);
    stored = {
      codes: graph.constant('uint8', [inputs, outputs], codes),
      zero: graph.constant('uint8', [], Uint8Array.of(point)),
      scales: graph.floats(size, [1]),
    };
  }
  const sums = graph.add('MatMulInteger', [bytes, stored.codes, zero, stored.zero]);
  const scales = graph.either('Mul', scale, stored.scales);
  return graph.either('Mul', graph.add('Cast', [sums], { to: FLOAT }), scales);
}

/** Unsigned bytes with one scale and one zero point. */
export function quantiseTable(weights: Float32Array): {
  codes: Uint8Array;
  zero: number;
  scale: number;
  values: Float32Array;
} {
  const [low, high] = [Math.min(0, ...weights), Math.max(0, ...weights)];
  const scale = Math.fround((high - low) / 255);
  const zero = Math.round(-low / scale);
  const codes = Uint8Array.from(weights, (x) => Math.min(255, Math.max(0, Math.round(x / scale) + zero)));
  return { codes, zero, scale, values: Float32Array.from(codes, (code) => (code - zero) * scale) };
}

/** A norm over the last axis: one operator from set 17 on, nine before. */
export function addNorm(graph: RandomGraph, input: Name, width: number, key: string, parameters: Parameters): Name {
  const gamma = randomFloats(graph, width, 0.5).map((x) => 1 + x);
  const beta = randomFloats(graph, width, 0.2);
  parameters.set(`${key}.gamma`, gamma);
  parameters.set(`${key}.beta`, beta);
  const [scale, shift] = [graph.floats(gamma), graph.floats(beta)];
  const epsilon = 1e-5;
  if (graph.opset >= 17) {
    return graph.add('LayerNormalization', [input, scale, shift], { axis: -1, epsilon: { float: epsilon } });
  }
  const centred = graph.add('Sub', [input, graph.mean(input, [-1])]);
  const squares =
    graph.random() < 0.5 ? graph.add('Pow', [centred, graph.floats(2)]) : graph.add('Mul', [centred, centred]);
  const variance = graph.mean(squares, [-1]);
  const deviation = graph.add('Sqrt', [graph.either('Add', variance, graph.floats(epsilon))]);
  if (graph.random() < 0.3) {
    // As TensorFlow's exporter has it: x · (γ / deviation) + (β - mean · (γ / deviation)).
    const factor = graph.either('Mul', graph.add('Reciprocal', [deviation]), scale);
    const rest = graph.add('Sub', [shift, graph.either('Mul', graph.mean(input, [-1]), factor)]);
    return graph.either('Add', graph.either('Mul', input, factor), rest);
  }
  const unit =
    graph.random() < 0.5
      ? graph.add('Div', [centred, deviation])
      : graph.add('Mul', [centred, graph.add('Reciprocal', [deviation])]);
  return graph.either('Add', graph.either('Mul', unit, scale), shift);
}

/** A norm of a sum, as ONNX Runtime fuses them. */
export function addSkipNorm(
  graph: RandomGraph,
  pair: readonly [Name, Name],
  width: number,
  key: string,
  parameters: Parameters,
): Name {
  const gamma = randomFloats(graph, width, 0.5).map((x) => 1 + x);
  const beta = randomFloats(graph, width, 0.2);
  parameters.set(`${key}.gamma`, gamma);
  parameters.set(`${key}.beta`, beta);
  const inputs = [...pair, graph.floats(gamma), graph.floats(beta)];
  return graph.add('com.microsoft.SkipLayerNormalization', inputs, { epsilon: { float: 1e-5 } });
}

/** An activation as ONNX Runtime fuses it. */
export function addFusedActivation(graph: RandomGraph, input: Name, activation: Activation): Name {
  if (activation === 'relu') return graph.add('Relu', [input]);
  return graph.add(activation === 'gelu' ? 'com.microsoft.Gelu' : 'com.microsoft.FastGelu', [input]);
}

/** An activation: as one operator from set 20 on, in parts before. */
export function addActivation(graph: RandomGraph, input: Name, activation: Activation): Name {
  if (activation === 'relu') return graph.add('Relu', [input]);
  const isTanh = activation === 'gelu-tanh';
  if (graph.opset >= 20) return graph.add('Gelu', [input], isTanh ? { approximate: 'tanh' } : {});
  if (isTanh) {
    const cube = graph.add('Pow', [input, graph.floats(3)]);
    const inner = graph.either('Add', input, graph.either('Mul', cube, graph.floats(0.044715)));
    const wave = graph.add('Tanh', [graph.either('Mul', inner, graph.floats(Math.sqrt(2 / Math.PI)))]);
    const half = graph.either('Mul', input, graph.floats(0.5));
    return graph.either('Mul', half, graph.either('Add', wave, graph.floats(1)));
  }
  const erf = graph.add('Erf', [graph.add('Div', [input, graph.floats(Math.SQRT2)])]);
  const raised = graph.either('Add', erf, graph.floats(1));
  if (graph.random() < 0.5) return graph.either('Mul', graph.either('Mul', input, raised), graph.floats(0.5));
  return graph.either('Mul', graph.either('Mul', input, graph.floats(0.5)), raised);
}
