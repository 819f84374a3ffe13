/** Tensors of a graph that depend on the tokens: what they hold is known as an expression, not as numbers. */
import { GraphError } from '../../onnx/graph-error.js';
import { scalar, type Tensor } from '../../onnx/tensor.js';
import { classify } from './classify.js';
import { widthOfExpression, type Expression, type LookupExpression } from './expression.js';
import { arrange, isWhole, sizesOf, type Layout } from './layout.js';
import { IDENTITY, isIdentity, type RowMap } from './row-map.js';

/**
 * A view of a function of an expression, its base. The function grows operator by operator until it can be resolved: until
 * it is known as an activation, a norm or a part of the base. Frozen; an operator makes a new one.
 */
export class SymbolicTensor {
  readonly base: Expression;
  /** Which numbers of the base, and where. */
  readonly layout: Layout;
  /** What is done to each row of the base. */
  readonly map: RowMap;

  constructor(base: Expression, layout: Layout, map: RowMap) {
    this.base = base;
    this.layout = layout;
    this.map = map;
    Object.freeze(this);
  }

  /** Another function of the same base, seen the same way. */
  withMap(map: RowMap): SymbolicTensor {
    return new SymbolicTensor(this.base, this.layout, map);
  }

  /** The same function of the same base, seen another way. */
  withLayout(layout: Layout): SymbolicTensor {
    return new SymbolicTensor(this.base, layout, this.map);
  }
}

/** A tensor of the graph as it was traced: constant, or depending on the tokens. */
export type TracedTensor = SymbolicTensor | Tensor;

/** An expression as it is. */
export function viewOf(base: Expression, dims: readonly number[]): SymbolicTensor {
  return new SymbolicTensor(base, arrange(base.shape, dims), IDENTITY);
}

/** Whether a tensor is its whole base, seen as rows. */
export function isPlain({ layout, base }: Pick<SymbolicTensor, 'layout' | 'base'>): boolean {
  return isWhole(layout, base.shape);
}

/** A memo, not a state: tensors never change, so what one resolves to doesn't either. */
const resolved = new WeakMap<SymbolicTensor, SymbolicTensor>();

/**
 * The same tensor with its function made an expression; the same one each time, so that it is the same expression to all
 * who use it.
 *
 * @throws GraphError when the function is none that is known.
 */
export function resolve(symbolic: SymbolicTensor): SymbolicTensor {
  const known = resolved.get(symbolic);
  if (known) return known;
  const made = isIdentity(symbolic.map) ? symbolic : resolveMap(symbolic);
  resolved.set(symbolic, made);
  return made;
}

/** The same, but a tensor whose function isn't known stays as it is: it may be a part of one. */
export function tryResolve(symbolic: SymbolicTensor): SymbolicTensor {
  try {
    return resolve(symbolic);
  } catch (error) {
    if (error instanceof GraphError) return symbolic;
    throw error;
  }
}

/** What {@link resolve} has made of this very tensor before; its like, made by another operator, has its own. */
export function findResolved(symbolic: SymbolicTensor): SymbolicTensor | undefined {
  return resolved.get(symbolic);
}

function resolveMap({ base, layout, map }: SymbolicTensor): SymbolicTensor {
  if (map.kind === 'affine') return new SymbolicTensor(foldAffine(base, map.scale, map.shift), layout, IDENTITY);
  const found =
    base.kind === 'scores' || base.kind === 'probabilities' ? undefined : classify(map, widthOfExpression(base));
  if (!found) throw new GraphError('It has a function that is neither a known activation nor a norm.');
  const { shape } = base;
  switch (found.kind) {
    case 'norm':
      return viewOf({ kind: 'norm', shape, input: base, norm: found.norm }, sizesOf(layout));
    case 'normalize':
      return viewOf({ kind: 'normalize', shape, input: base }, sizesOf(layout));
    case 'activation': {
      const isIt = found.scale === 1 && found.shift === 0;
      const input = isIt ? base : foldAffine(base, found.scale, found.shift);
      return new SymbolicTensor({ kind: 'activation', shape, input, activation: found.activation }, layout, IDENTITY);
    }
  }
}

/** An expression of `x * scale + shift`. @throws GraphError when there is none. */
function foldAffine(expression: Expression, scale: number, shift: number): Expression {
  if (!Number.isFinite(scale) || !Number.isFinite(shift)) throw new GraphError('It multiplies by what is no number.');
  const change = (values: Float32Array, add: number): Float32Array => values.map((x) => x * scale + add);
  switch (expression.kind) {
    case 'linear':
      return {
        ...expression,
        gain: expression.gain.map((x) => x * scale),
        bias: expression.bias.map((x) => x * scale + shift),
      };
    case 'norm':
      return {
        ...expression,
        norm: {
          ...expression.norm,
          gamma: change(expression.norm.gamma, 0),
          beta: change(expression.norm.beta, shift),
        },
      };
    case 'pooled':
      if (shift === 0) return { ...expression, weights: expression.weights.map((x) => x * scale) };
      break;
    case 'lookup':
      return scaleLookup(expression, scale, shift);
  }
  throw new GraphError('It multiplies or shifts its vectors where no encoder does.');
}

function scaleLookup(expression: LookupExpression, scale: number, shift: number): LookupExpression {
  const { weights, addends } = expression;
  const scales = [...weights.scales, { along: 'all', values: Float64Array.of(scale) } as const];
  const scaled = addends.map((addend) => ({ ...addend, factor: addend.factor * scale }));
  return addConstant({ ...expression, weights: { ...weights, scales }, addends: scaled }, shift);
}

function addConstant(expression: LookupExpression, shift: number): LookupExpression {
  if (shift === 0) return expression;
  return {
    ...expression,
    addends: [...expression.addends, { name: undefined, tensor: scalar('float32', shift), factor: 1 }],
  };
}
