/** Finds what follows the token vectors: pooling, dense layers, scaling. */
import { GraphError } from '../../onnx/graph-error.js';
import type { HeadStep, PooledHead } from '../encoder.js';
import { toLinear } from './quantize-weights.js';
import type { Expression } from './expression.js';

/** How far a mean's weights may be from equal: counts are float32. */
const TOLERANCE = 1e-6;

/** The token vectors that an output is made of, and how. */
export function matchHead(output: Expression): { tokens: Expression; head?: PooledHead } {
  if (output.shape[0] !== 1 || output.shape.length !== 2) return { tokens: output };
  const steps: HeadStep[] = [];
  let expression = output;
  while (expression.kind !== 'pooled') {
    if (expression.kind === 'normalize') {
      steps.unshift({ kind: 'normalize' });
      expression = expression.input;
      continue;
    }
    const activation = expression.kind === 'activation' ? expression.activation : 'none';
    const dense: Expression = expression.kind === 'activation' ? expression.input : expression;
    if (dense.kind !== 'linear') throw new GraphError(`It has a ${dense.kind} behind pooling.`);
    steps.unshift({ kind: 'dense', linear: toLinear(dense), activation });
    expression = dense.input;
  }
  return { tokens: expression.input, head: { pooling: findPooling(scaleOut(expression.weights, steps)), steps } };
}

/** Before scaling to length 1 it makes no difference whether tokens were summed or averaged. */
function scaleOut(weights: Float64Array, [first]: readonly HeadStep[]): Float64Array {
  const sum = weights.reduce((total, x) => total + x, 0);
  return first?.kind === 'normalize' && sum > 0 ? weights.map((x) => x / sum) : weights;
}

function findPooling(weights: Float64Array): PooledHead['pooling'] {
  const count = weights.length;
  const isNear = (x: number, y: number): boolean => Math.abs(x - y) < TOLERANCE;
  if (weights.every((x) => isNear(x * count, 1))) return 'mean';
  const place = weights.indexOf(1);
  const isOne = weights.every((x, at) => x === (at === place ? 1 : 0));
  if (isOne && place === 0) return 'cls';
  if (isOne && place === count - 1) return 'last_token';
  throw new GraphError('It pools in an unusual way.');
}
