/** Shapes and strides: what broadcasting, transposing, slicing and expanding have in common. */
import { GraphError } from './graph-error.js';
import type { Numbers, Tensor } from './tensor.js';

/** How far apart neighbours of each dimension lie in row-major order. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides.unshift(stride);
    stride *= dims[axis] ?? 1;
  }
  return strides;
}

/** The shape that tensors of these shapes are brought to. Source: ONNX, "Broadcasting", multidirectional. */
export function broadcast(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis - rank + dims.length] ?? 1);
    const size = sizes.find((dim) => dim !== 1) ?? 1;
    if (sizes.some((dim) => dim !== 1 && dim !== size)) {
      throw new GraphError(
        `Expected shapes that go together, but got ${shapes.map((dims) => `[${dims.join()}]`).join()}.`,
      );
    }
    return size;
  });
}

/**
 * Copies numbers to `out`, row-major in the shape `dims`, from places that lie `strides` apart, from `start` on; a stride
 * of 0 repeats.
 */
export function copyStrided(
  source: Numbers,
  start: number,
  strides: readonly number[],
  dims: readonly number[],
  out: Numbers,
): void {
  const last = dims.length - 1;
  const [length, step] = [dims[last] ?? 1, strides[last] ?? 1];
  if (out.length === 0) return;
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  let from = start;
  for (let to = 0; to < out.length; to += length) {
    for (let at = 0; at < length; at++) out[to + at] = source[from + at * step] ?? 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      index[axis] = next;
      if (next < (dims[axis] ?? 1)) break;
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
}

/** A tensor's numbers in the order of a larger shape: the number at `i` is at `i % length` of what is returned. */
export function alignTo(tensor: Tensor, dims: readonly number[]): Numbers {
  const own = tensor.dims.slice(tensor.dims.findIndex((dim) => dim !== 1));
  const isSuffix = tensor.size === 1 || own.every((dim, axis) => dim === dims[dims.length - own.length + axis]);
  if (isSuffix) return tensor.data;
  const { data } = tensor;
  const out = data.slice(0, 0).constructor as new (size: number) => Numbers;
  const expanded = new out(dims.reduce((product, dim) => product * dim, 1));
  copyStrided(data, 0, broadcastStrides(tensor.dims, dims), dims, expanded);
  return expanded;
}

/** Strides that walk a tensor of shape `from` in the shape `to`. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  return to.map((_, axis) => {
    const own = axis - to.length + from.length;
    return from[own] === undefined || from[own] === 1 ? 0 : (strides[own] ?? 0);
  });
}
