/** Functions of one number and of two, by the names of ONNX's operators. */

/**
 * The error function, to 1e-13.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.6 (series); continued fraction 7.1.14.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (size > 2.5) {
    let fraction = 0;
    for (let term = 60; term > 0; term--) fraction = term / 2 / (size + fraction);
    return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction));
  }
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The exact GELU. Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

/** The GELU by the hyperbolic tangent. Source: the same, section 2. */
export function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
}

/** To the nearest whole number, halves to the even one. Source: ONNX operators, Round. */
export function roundToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** A function of one number. */
export type UnaryFunction = (x: number) => number;
/** A function of two numbers. */
export type BinaryFunction = (a: number, b: number) => number;

/** Source: ONNX operators, each by its name. */
export const UNARY_FUNCTIONS: Readonly<Record<string, UnaryFunction>> = {
  Abs: Math.abs,
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Relu: (x) => (x < 0 ? 0 : x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Erf: erf,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: roundToEven,
  Sign: Math.sign,
};

/** The same for those that give truth values. */
export const UNARY_TESTS: Readonly<Record<string, UnaryFunction>> = {
  Not: (x) => Number(x === 0),
  IsNaN: (x) => Number(Number.isNaN(x)),
  IsInf: (x) => Number(Math.abs(x) === Infinity),
};

/** Source: ONNX operators, each by its name. */
export const BINARY_FUNCTIONS: Readonly<Record<string, BinaryFunction>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
};

/** The same for those that give truth values. */
export const BINARY_TESTS: Readonly<Record<string, BinaryFunction>> = {
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number((a !== 0) !== (b !== 0)),
};

/** Numbers put together from left to right. */
export function foldNumbers(numbers: ArrayLike<number>, f: BinaryFunction, start: number): number {
  let result = start;
  for (let at = 0; at < numbers.length; at++) result = f(result, numbers[at] ?? 0);
  return result;
}
