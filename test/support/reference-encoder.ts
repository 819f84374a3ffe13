/** What an {@link Encoder} computes, written down as plainly as its description, in float64. */
import { gelu, geluTanh } from '../../src/runtime/onnx/functions.js';
import type {
  Activation,
  Attention,
  Encoder,
  EncoderLayer,
  HeadStep,
  Linear,
  Norm,
} from '../../src/runtime/kernel/encoder.js';

/** A token's vector each. */
type Rows = readonly Float64Array[];

const ACTIVATIONS: Readonly<Record<Activation | 'tanh' | 'none', (x: number) => number>> = {
  gelu,
  'gelu-tanh': geluTanh,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  none: (x) => x,
};

/** Which weights count: those that are packed, or those of the file before they were rounded to bytes. */
export type WhichWeights = 'bytes' | 'exact';

/** `[tokens, width]`, or `[1, width]` where the encoder has a head; rows one after the other. */
export function runEncoder(encoder: Encoder, ids: readonly number[], which: WhichWeights = 'bytes'): Float64Array {
  return which === 'bytes' ? run(encoder, ids) : run(takeExact(encoder), ids);
}

/** The same encoder with the weights of the file, each a "byte" of its own scale. */
function takeExact(encoder: Encoder): Encoder {
  const exact = (linear: Linear): Linear => ({
    ...linear,
    quantize: () => {
      const { weights, bias } = linear.read();
      return { weights: weights as unknown as Int8Array, scales: new Float32Array(linear.outputs).fill(1), bias };
    },
  });
  const { table } = encoder.embedding;
  const width = encoder.embedding.width;
  const values = new Float32Array(table.scales.length * width);
  for (let id = 0; id < table.scales.length; id++) values.set(table.read(id), id * width);
  const { head } = encoder;
  const steps = head?.steps.map((step) => (step.kind === 'dense' ? { ...step, linear: exact(step.linear) } : step));
  return {
    ...encoder,
    embedding: {
      ...encoder.embedding,
      table: { ...table, values: values as unknown as Int8Array, scales: table.scales.map(() => 1) },
    },
    layers: encoder.layers.map(({ attention, feedForward, shortcut, ...layer }) => ({
      ...layer,
      attention: {
        ...attention,
        query: exact(attention.query),
        key: exact(attention.key),
        value: exact(attention.value),
        output: exact(attention.output),
      },
      feedForward: { ...feedForward, up: exact(feedForward.up), down: exact(feedForward.down) },
      ...(shortcut && { shortcut: exact(shortcut) }),
    })),
    ...(head && steps && { head: { ...head, steps } }),
  };
}

function run(encoder: Encoder, ids: readonly number[]): Float64Array {
  let rows = embed(encoder, ids);
  for (const layer of encoder.layers) rows = runLayer(layer, rows);
  const { finalNorm, head } = encoder;
  const tokens = finalNorm ? rows.map((row) => normalize(row, finalNorm)) : rows;
  if (!head) return flatten(tokens);
  let pooled: Rows = [pool(tokens, head.pooling)];
  for (const step of head.steps) pooled = takeStep(step, pooled);
  return flatten(pooled);
}

function flatten(rows: Rows): Float64Array {
  return Float64Array.from(rows.flatMap((row) => [...row]));
}

function embed({ embedding }: Encoder, ids: readonly number[]): Rows {
  const { width, table, positions, norm } = embedding;
  let next = positions.offset;
  return ids.map((id) => {
    const position = id === positions.paddingId ? id : next++;
    const row = Float64Array.from({ length: width }, (_, at) => {
      const token = (table.values[id * width + at] ?? NaN) * (table.scales[id] ?? NaN);
      return token + (positions.values[position * width + at] ?? NaN);
    });
    return norm ? normalize(row, norm) : row;
  });
}

function runLayer(layer: EncoderLayer, input: Rows): Rows {
  const { norms, shortcut, attentionNorm, feedForwardNorm } = layer;
  const change = (rows: Rows, norm: Norm): Rows => rows.map((row) => normalize(row, norm));
  const skipped = shortcut ? multiply(shortcut, input) : input;
  if (norms === 'before') {
    const middle = add(skipped, attend(layer.attention, change(input, attentionNorm)));
    return add(middle, feed(layer, change(middle, feedForwardNorm)));
  }
  const middle = change(add(skipped, attend(layer.attention, input)), attentionNorm);
  return change(add(middle, feed(layer, middle)), feedForwardNorm);
}

function feed({ feedForward }: EncoderLayer, rows: Rows): Rows {
  const f = ACTIVATIONS[feedForward.activation];
  return multiply(
    feedForward.down,
    multiply(feedForward.up, rows).map((row) => row.map(f)),
  );
}

function attend({ heads, headWidth, scale, query, key, value, output }: Attention, rows: Rows): Rows {
  const [queries, keys, values] = [multiply(query, rows), multiply(key, rows), multiply(value, rows)];
  const mixed = queries.map((q) => {
    const out = new Float64Array(heads * headWidth);
    for (let head = 0; head < heads; head++) {
      const part = (row: Float64Array): Float64Array => row.subarray(head * headWidth, (head + 1) * headWidth);
      const scores = keys.map((k) => scale * dot(part(q), part(k)));
      const most = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - most));
      const sum = shares.reduce((a, b) => a + b, 0);
      values.forEach((v, at) => {
        part(v).forEach((x, channel) => {
          out[head * headWidth + channel] = (out[head * headWidth + channel] ?? 0) + (x * (shares[at] ?? 0)) / sum;
        });
      });
    }
    return out;
  });
  return multiply(output, mixed);
}

function takeStep(step: HeadStep, rows: Rows): Rows {
  if (step.kind === 'dense') return multiply(step.linear, rows).map((row) => row.map(ACTIVATIONS[step.activation]));
  return rows.map((row) => {
    const length = Math.sqrt(dot(row, row));
    return row.map((x) => x / length);
  });
}

function pool(rows: Rows, pooling: 'mean' | 'cls' | 'last_token'): Float64Array {
  const [first = new Float64Array()] = rows;
  if (pooling === 'cls') return first;
  if (pooling === 'last_token') return rows.at(-1) ?? first;
  return first.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? NaN), 0) / rows.length);
}

function add(a: Rows, b: Rows): Rows {
  return a.map((row, index) => row.map((x, at) => x + (b[index]?.[at] ?? NaN)));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, at) => sum + x * (b[at] ?? NaN), 0);
}

function normalize(row: Float64Array, { gamma, beta, epsilon }: Norm): Float64Array {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return row.map((x, at) => ((x - mean) / Math.sqrt(variance + epsilon)) * (gamma[at] ?? NaN) + (beta[at] ?? NaN));
}

function multiply(linear: Linear, rows: Rows): Rows {
  const { outputs, inputs } = linear;
  const { weights, scales, bias } = linear.quantize();
  return rows.map((row) => {
    const sums = new Float64Array(outputs);
    for (let input = 0; input < inputs; input++) {
      const x = row[input] ?? NaN;
      for (let at = 0; at < outputs; at++) sums[at] = (sums[at] ?? 0) + x * (weights[input * outputs + at] ?? NaN);
    }
    return sums.map((sum, at) => sum * (scales[at] ?? NaN) + (bias[at] ?? NaN));
  });
}
