/** Whether two texts of different lengths go through the same network. */
import type { Tensor } from '../../onnx/tensor.js';
import type { Addend, Heads, Expression } from './expression.js';
import type { AlongAxis, Weights } from './weights.js';

/** Constants that are made from lengths may be rounded differently. */
const TOLERANCE = 1e-5;

/** Pairs that were found to be the same. */
type Known = WeakMap<Expression, Expression>;

/** Whether `a`, found for one text, is what `b` is, found for another one. */
export function isSameExpression(a: Expression, b: Expression, known: Known = new WeakMap()): boolean {
  if (known.get(a) === b) return true;
  if (!compare(a, b, known)) return false;
  known.set(a, b);
  return true;
}

function compare(a: Expression, b: Expression, known: Known): boolean {
  const isSame = (one: Expression, other: Expression): boolean => isSameExpression(one, other, known);
  switch (a.kind) {
    case 'lookup':
      return b.kind === a.kind && isSameMatrix(a.weights, b.weights) && areSameAddends(a.addends, b.addends);
    case 'linear':
      return (
        b.kind === a.kind &&
        isSameMatrix(a.weights, b.weights) &&
        areNear(a.gain, b.gain) &&
        areNear(a.bias, b.bias) &&
        isSame(a.input, b.input)
      );
    case 'norm':
      return (
        b.kind === a.kind &&
        areNear(a.norm.gamma, b.norm.gamma) &&
        areNear(a.norm.beta, b.norm.beta) &&
        isNear(a.norm.epsilon, b.norm.epsilon) &&
        isSame(a.input, b.input)
      );
    case 'activation':
      return b.kind === a.kind && a.activation === b.activation && isSame(a.input, b.input);
    case 'normalize':
      // Whether tokens are summed or averaged before makes no difference.
      return b.kind === a.kind && (isSamePool(a.input, b.input, true, known) || isSame(a.input, b.input));
    case 'sum':
      return b.kind === a.kind && isSame(a.left, b.left) && isSame(a.right, b.right);
    case 'scores':
      return (
        b.kind === a.kind &&
        isNear(a.scale, b.scale) &&
        isHeads(a.query, b.query, known) &&
        isHeads(a.key, b.key, known)
      );
    case 'probabilities':
      return b.kind === a.kind && isNear(a.scale, b.scale) && isSame(a.scores, b.scores);
    case 'context':
      return b.kind === a.kind && isSame(a.probabilities, b.probabilities) && isHeads(a.value, b.value, known);
    case 'pooled':
      return isSamePool(a, b, false, known);
  }
}

function isHeads(a: Heads, b: Heads, known: Known): boolean {
  const keys = ['offset', 'heads', 'headWidth', 'headStride', 'channelStride'] as const;
  return keys.every((key) => a[key] === b[key]) && isSameExpression(a.linear, b.linear, known);
}

/** The mean of all tokens, the first or the last, in texts of two lengths; of sums where it says so. */
function isSamePool(a: Expression, b: Expression, isScaled: boolean, known: Known): boolean {
  if (a.kind !== 'pooled' || b.kind !== 'pooled' || !isSameExpression(a.input, b.input, known)) return false;
  const [one, other] = [a.weights, b.weights];
  const isEven = (weights: Float64Array): boolean => weights.every((x) => isNear(x, weights[0] ?? NaN));
  const [first = NaN, second = NaN] = [one[0], other[0]];
  if (isEven(one) && isEven(other)) {
    return isNear(first * one.length, second * other.length) || (isScaled && isNear(first, second));
  }
  const places = [one, other].map((weights) => {
    const place = weights.findIndex((x) => x !== 0);
    const isAlone = weights.every((x, at) => x === 0 || at === place);
    return { isAlone, weight: weights[place] ?? NaN, fromStart: place, fromEnd: weights.length - place };
  });
  const [p, q] = places;
  if (!p?.isAlone || !q?.isAlone || !isNear(p.weight, q.weight)) return false;
  return p.fromStart === 0 ? q.fromStart === 0 : p.fromEnd === q.fromEnd;
}

function areSameAddends(a: readonly Addend[], b: readonly Addend[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      if (!other || other.name !== one.name || !isNear(one.factor, other.factor)) return false;
      // Those with names are looked at for the longest text.
      return one.name !== undefined || areNear(one.tensor.data, other.tensor.data);
    })
  );
}

function isSameMatrix(a: Weights, b: Weights): boolean {
  const isAlong = (one: AlongAxis | undefined, other: AlongAxis | undefined): boolean =>
    one?.along === other?.along && areNear(one?.values ?? [], other?.values ?? []);
  return (
    a.isTransposed === b.isTransposed &&
    isAlong(a.zero, b.zero) &&
    a.scales.length === b.scales.length &&
    a.scales.every((scale, at) => isAlong(scale, b.scales[at])) &&
    areSameNumbers(a.codes, b.codes)
  );
}

/** Weights of the file are the same tensor; what is computed from them is compared row by row. */
function areSameNumbers(a: Tensor, b: Tensor): boolean {
  if (a === b) return true;
  if (a.dims.join() !== b.dims.join() || a.type !== b.type) return false;
  const step = Math.max(1, a.dims.at(-1) ?? 1);
  for (let start = 0; start < a.size; start += step) {
    if (!areNear(a.read(start, start + step), b.read(start, start + step))) return false;
  }
  return true;
}

function isNear(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function areNear(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!isNear(a[at] ?? NaN, b[at] ?? NaN)) return false;
  return true;
}
