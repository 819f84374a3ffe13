/**
 * An encoder in plain JavaScript, as its description has it, for the proof of the kernel: with the weights of the file, or
 * with all roundings to bytes that the kernel makes. It shares no code with the kernel, and is slow.
 */
import type { Attention, Encoder, EncoderLayer, FeedForward, HeadStep, Linear, Norm, PooledHead } from './encoder.js';
import { gelu, geluTanh, roundToEven, type UnaryFunction } from '../onnx/functions.js';

/** Whether weights and rows are rounded to bytes. */
export type Rounding = 'exact' | 'bytes';

/** A token's vector each. */
type Rows = readonly Float64Array[];

/** The largest number of a byte. */
const MAX_BYTE = 255;

const ACTIVATIONS: Readonly<Record<FeedForward['activation'] | 'tanh' | 'none', UnaryFunction>> = {
  gelu,
  'gelu-tanh': geluTanh,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  none: (x) => x,
};

/** The vectors of a text: `[tokens, width]`, or one where the encoder has a head. */
export function runPlainly(encoder: Encoder, ids: readonly number[], rounding: Rounding): Float32Array {
  const { embedding, layers, finalNorm, head } = encoder;
  let rows = embed(embedding, ids, rounding);
  for (const layer of layers) rows = runLayer(layer, rows, rounding);
  if (finalNorm) rows = normalize(rows, finalNorm);
  const vectors = head ? [runHead(head, rows, rounding)] : rows;
  const width = vectors[0]?.length ?? 0;
  const out = new Float32Array(vectors.length * width);
  vectors.forEach((row, at) => {
    out.set(row, at * width);
  });
  return out;
}

function embed(
  { table, positions, width, norm }: Encoder['embedding'],
  ids: readonly number[],
  rounding: Rounding,
): Rows {
  let next = positions.offset;
  const rows = ids.map((id) => {
    const place = id === positions.paddingId ? id : next++;
    const scale = rounding === 'bytes' ? (table.scales[id] ?? NaN) : 1;
    const token = rounding === 'bytes' ? table.values.subarray(id * width, (id + 1) * width) : table.read(id);
    return Float64Array.from(token, (x, at) => x * scale + (positions.values[place * width + at] ?? NaN));
  });
  return norm ? normalize(rows, norm) : rows;
}

function runLayer(layer: EncoderLayer, input: Rows, rounding: Rounding): Rows {
  const { norms, attention, attentionNorm, feedForward, feedForwardNorm, shortcut } = layer;
  const residual = shortcut ? apply(shortcut, input, rounding) : input;
  if (norms === 'before') {
    const middle = add(residual, attend(attention, normalize(input, attentionNorm), rounding));
    return add(middle, feed(feedForward, normalize(middle, feedForwardNorm), rounding));
  }
  const middle = normalize(add(residual, attend(attention, input, rounding)), attentionNorm);
  return normalize(add(middle, feed(feedForward, middle, rounding)), feedForwardNorm);
}

function feed({ up, activation, down }: FeedForward, rows: Rows, rounding: Rounding): Rows {
  const f = ACTIVATIONS[activation];
  return apply(
    down,
    apply(up, rows, rounding).map((row) => row.map(f)),
    rounding,
  );
}

function attend(attention: Attention, rows: Rows, rounding: Rounding): Rows {
  const { heads, headWidth, scale, output } = attention;
  const [queries, keys, values] = [attention.query, attention.key, attention.value].map((linear) =>
    apply(linear, rows, rounding),
  ) as [Rows, Rows, Rows];
  const mixed = queries.map((query) => {
    const out = new Float64Array(heads * headWidth);
    for (let start = 0; start < out.length; start += headWidth) {
      const end = start + headWidth;
      const scores = keys.map((key) => scale * dot(query.subarray(start, end), key.subarray(start, end)));
      const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
      const powers = scores.map((score) => Math.exp(score - most));
      const sum = powers.reduce((a, b) => a + b, 0);
      values.forEach((value, at) => {
        const share = (powers[at] ?? 0) / sum;
        for (let channel = start; channel < end; channel++)
          out[channel] = (out[channel] ?? 0) + share * (value[channel] ?? 0);
      });
    }
    return out;
  });
  return apply(output, mixed, rounding);
}

function runHead({ pooling, steps }: PooledHead, rows: Rows, rounding: Rounding): Float64Array {
  const first = rows[0] ?? new Float64Array();
  const last = rows.at(-1) ?? first;
  const mean = (): Float64Array =>
    first.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length);
  const pooled = pooling === 'mean' ? mean() : pooling === 'cls' ? first : last;
  return steps.reduce((vector, step) => takeStep(step, vector, rounding), pooled);
}

function takeStep(step: HeadStep, vector: Float64Array, rounding: Rounding): Float64Array {
  if (step.kind === 'dense') {
    const [made = vector] = apply(step.linear, [vector], rounding);
    return made.map(ACTIVATIONS[step.activation]);
  }
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((x) => x / length);
}

function add(a: Rows, b: Rows): Rows {
  return a.map((row, index) => row.map((x, at) => x + (b[index]?.[at] ?? NaN)));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function normalize(rows: Rows, { gamma, beta, epsilon }: Norm): Rows {
  return rows.map((row) => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    return row.map((x, at) => (x - mean) * inverse * (gamma[at] ?? NaN) + (beta[at] ?? NaN));
  });
}

function apply(linear: Linear, rows: Rows, rounding: Rounding): Rows {
  if (rounding === 'exact') {
    const { weights, bias } = linear.read();
    return multiply(linear, rows, weights).map((row) => row.map((x, at) => x + (bias[at] ?? NaN)));
  }
  const { weights, scales, bias } = linear.quantize();
  const rounded = rows.map(roundRow);
  const products = multiply(
    linear,
    rounded.map(({ values }) => values),
    new Float32Array(weights),
  );
  return products.map((row, index) =>
    row.map((x, at) => x * (rounded[index]?.scale ?? NaN) * (scales[at] ?? NaN) + (bias[at] ?? NaN)),
  );
}

/** A row in steps of a 255th of its range, which always holds 0. Source: ONNX operators, DynamicQuantizeLinear. */
function roundRow(row: Float64Array): { values: Float64Array; scale: number } {
  const low = row.reduce((least, x) => Math.min(least, x), 0);
  const range = row.reduce((most, x) => Math.max(most, x), 0) - low;
  const scale = range / MAX_BYTE;
  const steps = range > 0 ? 1 / scale : 0;
  return { values: row.map((x) => roundToEven(x * steps)), scale };
}

/** Rows of the matrix that are worked on at once: each result is then read and written a quarter as often. */
const BLOCK = 4;

/** `rows · weights`, four inputs at a time; what is behind the last input counts as 0. */
function multiply({ inputs, outputs }: Linear, rows: Rows, weights: Float32Array): Rows {
  const out = rows.map(() => new Float64Array(outputs));
  for (let input = 0; input < inputs; input += BLOCK) {
    const start = input * outputs;
    rows.forEach((row, index) => {
      addProducts(row, input, weights, start, out[index] ?? new Float64Array(outputs));
    });
  }
  return out;
}

function addProducts(row: Float64Array, input: number, weights: Float32Array, start: number, sums: Float64Array): void {
  const [x0, x1, x2, x3] = [row[input] ?? 0, row[input + 1] ?? 0, row[input + 2] ?? 0, row[input + 3] ?? 0];
  const outputs = sums.length;
  const [second, third, fourth] = [start + outputs, start + 2 * outputs, start + 3 * outputs];
  for (let at = 0; at < outputs; at++) {
    const left = x0 * (weights[start + at] ?? 0) + x1 * (weights[second + at] ?? 0);
    const right = x2 * (weights[third + at] ?? 0) + x3 * (weights[fourth + at] ?? 0);
    sums[at] = (sums[at] ?? 0) + left + right;
  }
}
