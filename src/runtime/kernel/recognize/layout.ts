/**
 * Where the numbers of a tensor lie in what it is a view of. So Reshape, Transpose, Split and Slice, in whatever order an
 * exporter writes them, are followed exactly, and heads are found by where they come from.
 */
import { GraphError } from '../../onnx/graph-error.js';

/** A run of places along one axis of the expression viewed: `size` of them, `stride` apart. */
export interface Run {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
}

/** A view: each of its dimensions walks along runs, the last fastest. */
export interface Layout {
  readonly dims: readonly (readonly Run[])[];
  /** Where it begins along the last axis of the expression viewed. */
  readonly offset: number;
}

/** The view of an expression of shape `shape` as it is, in the dimensions `dims`. */
export function arrange(shape: readonly number[], dims: readonly number[]): Layout {
  return { dims: distribute(toRuns(shape), dims), offset: 0 };
}

/** The same numbers in the same order in other dimensions. @throws GraphError when runs would be cut askew. */
export function reshapeLayout(layout: Layout, dims: readonly number[]): Layout {
  return { ...layout, dims: distribute(join(layout.dims.flat()), dims) };
}

/** The dimensions in another order. */
export function permuteLayout(layout: Layout, order: readonly number[]): Layout {
  return { ...layout, dims: order.map((axis) => layout.dims[axis] ?? []) };
}

/**
 * A part of one dimension, which has to lie along the last axis of the expression viewed.
 *
 * @throws GraphError when it doesn't.
 */
export function narrowLayout(layout: Layout, dim: number, start: number, size: number, lastAxis: number): Layout {
  const [run, ...others] = join(layout.dims[dim] ?? []);
  if (!run || others.length > 0 || run.axis !== lastAxis)
    throw new GraphError('It cuts its vectors in an unusual way.');
  const dims = layout.dims.map((old, at) => (at === dim ? (size === 1 ? [] : [{ ...run, size }]) : old));
  return { dims, offset: layout.offset + start * run.stride };
}

/** Sizes of the dimensions. */
export function sizesOf({ dims }: Layout): number[] {
  return dims.map((runs) => runs.reduce((size, run) => size * run.size, 1));
}

/** Whether this is the whole expression, its axes each in a dimension and in order; dimensions of size 1 don't count. */
export function isWhole(layout: Layout, shape: readonly number[]): boolean {
  const dims = layout.dims.map(join).filter(({ length }) => length > 0);
  const axes = toRuns(shape);
  return (
    layout.offset === 0 &&
    dims.length === axes.length &&
    dims.every((runs, at) => runs.length === 1 && isSame(runs[0], axes[at]))
  );
}

/** The one run that a dimension is, `undefined` where it is of size 1. @throws GraphError when it is several. */
export function runOf(layout: Layout, dim: number): Run | undefined {
  const [run, ...others] = join(layout.dims.at(dim) ?? []);
  if (others.length > 0) throw new GraphError('It mixes tokens and channels in an unusual way.');
  return run;
}

function isSame(a: Run | undefined, b: Run | undefined): boolean {
  return a !== undefined && a.axis === b?.axis && a.size === b.size && a.stride === b.stride;
}

function toRuns(shape: readonly number[]): Run[] {
  return shape.map((size, axis) => ({ axis, size, stride: 1 })).filter(({ size }) => size !== 1);
}

/** Neighbouring runs that are one longer run become it. */
function join(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last?.axis === run.axis && last.stride === run.size * run.stride) {
      joined[joined.length - 1] = { ...run, size: last.size * run.size };
    } else joined.push(run);
  }
  return joined;
}

/** Runs dealt out to dimensions, cut where one ends inside of a run. */
function distribute(runs: readonly Run[], sizes: readonly number[]): Run[][] {
  const rest = [...runs];
  return sizes.map((size) => {
    const dim: Run[] = [];
    let needed = size;
    while (needed > 1) {
      const run = rest.shift();
      if (!run) throw new GraphError('It reshapes its vectors in an unusual way.');
      if (needed % run.size === 0) {
        dim.push(run);
        needed /= run.size;
      } else if (run.size % needed === 0) {
        const inner = run.size / needed;
        dim.push({ ...run, size: needed, stride: run.stride * inner });
        rest.unshift({ ...run, size: inner });
        needed = 1;
      } else throw new GraphError('It reshapes its vectors in an unusual way.');
    }
    return dim;
  });
}
