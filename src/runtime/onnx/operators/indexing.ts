/** Operators that pick parts of tensors and put them together. Source: ONNX operators, each by its name. */
import type { Call, Operator } from '../call.js';
import { copyStrided, stridesOf } from '../strides.js';
import { countElements, type Numbers, type Tensor } from '../tensor.js';

/** An index counted from the front. */
function resolve(call: Call, index: number, size: number): number {
  const positive = index < 0 ? index + size : index;
  if (!(positive >= 0 && positive < size)) throw call.refuse('has an index outside of its input');
  return positive;
}

function gather(call: Call): Tensor {
  const [input, indexes] = [call.input(0), call.input(1)];
  const axis = call.axis(call.number('axis', 0), input.dims.length);
  const size = input.dims[axis] ?? 1;
  const inner = countElements(input.dims.slice(axis + 1));
  const outer = countElements(input.dims.slice(0, axis));
  const dims = [...input.dims.slice(0, axis), ...indexes.dims, ...input.dims.slice(axis + 1)];
  return call.make(input.type, dims, (out) => {
    const places = [...indexes.data].map((index) => resolve(call, index, size) * inner);
    let to = 0;
    for (let block = 0; block < outer; block++) {
      for (const place of places) {
        const start = block * size * inner + place;
        out.set(input.read(start, start + inner), to);
        to += inner;
      }
    }
  });
}

function gatherElements(call: Call): Tensor {
  const [input, indexes] = [call.input(0), call.input(1)];
  const axis = call.axis(call.number('axis', 0), input.dims.length);
  const strides = stridesOf(input.dims);
  const own = stridesOf(indexes.dims);
  return call.make(input.type, indexes.dims, (out) => {
    const { data } = input;
    indexes.data.forEach((index, at) => {
      const place = own.reduce((sum, stride, dim) => {
        const along = Math.floor(at / stride) % (indexes.dims[dim] ?? 1);
        const step = resolve(call, dim === axis ? index : along, input.dims[dim] ?? 1);
        return sum + step * (strides[dim] ?? 0);
      }, 0);
      out[at] = data[place] ?? 0;
    });
  });
}

/** The place of each index tuple of GatherND and ScatterND in a tensor, and how many numbers lie there. */
function findSlices(call: Call, input: Tensor, indexes: Tensor): { places: number[]; size: number } {
  const depth = indexes.dims.at(-1) ?? 0;
  const strides = stridesOf(input.dims);
  if (depth < 1 || depth > strides.length) throw call.refuse('has indexes of another depth than its input');
  const { data } = indexes;
  const places = Array.from({ length: indexes.size / depth }, (_, tuple) => {
    let place = 0;
    for (let dim = 0; dim < depth; dim++) {
      place += resolve(call, data[tuple * depth + dim] ?? 0, input.dims[dim] ?? 0) * (strides[dim] ?? 0);
    }
    return place;
  });
  return { places, size: countElements(input.dims.slice(depth)) };
}

function gatherNd(call: Call): Tensor {
  const [input, indexes] = [call.input(0), call.input(1)];
  if (call.number('batch_dims', 0) !== 0) throw call.refuse('has batch dimensions');
  const dims = [...indexes.dims.slice(0, -1), ...input.dims.slice(indexes.dims.at(-1) ?? 0)];
  return call.make(input.type, dims, (out) => {
    const { places, size } = findSlices(call, input, indexes);
    places.forEach((place, tuple) => {
      out.set(input.read(place, place + size), tuple * size);
    });
  });
}

function scatterNd(call: Call): Tensor {
  const [input, indexes, updates] = [call.input(0), call.input(1), call.input(2)];
  if (call.text('reduction', 'none') !== 'none') throw call.refuse('reduces');
  return call.make(input.type, input.dims, (out) => {
    out.set(input.data);
    const { places, size } = findSlices(call, input, indexes);
    places.forEach((place, tuple) => {
      out.set(updates.read(tuple * size, (tuple + 1) * size), place);
    });
  });
}

/** A part of a tensor, along each axis every `step`-th from `start`. */
function cut(
  call: Call,
  input: Tensor,
  starts: readonly number[],
  steps: readonly number[],
  dims: readonly number[],
): Tensor {
  return call.make(input.type, dims, (out) => {
    const strides = stridesOf(input.dims);
    const start = starts.reduce((sum, from, axis) => sum + from * (strides[axis] ?? 0), 0);
    const moved = strides.map((stride, axis) => stride * (steps[axis] ?? 1));
    copyStrided(input.data, start, moved, dims, out);
  });
}

/** What a Slice takes along each axis of its input. */
export function readSlice(call: Call): { starts: number[]; steps: number[]; dims: number[] } {
  const { dims } = call.input(0);
  const [from, to, axes, by] = ['starts', 'ends', 'axes', 'steps'].map((name, index) =>
    call.listOrInput(name, index + 1),
  );
  const result = { starts: dims.map(() => 0), steps: dims.map(() => 1), dims: [...dims] };
  from?.forEach((start, index) => {
    const axis = call.axis(axes?.[index] ?? index, dims.length);
    const size = dims[axis] ?? 0;
    const step = by?.[index] ?? 1;
    if (step === 0 || !Number.isInteger(step)) throw call.refuse('has a step of 0');
    const bound = (place: number): number =>
      Math.min(Math.max(place < 0 ? place + size : place, step < 0 ? -1 : 0), step < 0 ? size - 1 : size);
    const [first, end] = [bound(start), bound(to?.[index] ?? size)];
    result.starts[axis] = first;
    result.steps[axis] = step;
    result.dims[axis] = Math.max(0, Math.ceil((end - first) / step));
  });
  return result;
}

function slice(call: Call): Tensor {
  const { starts, steps, dims } = readSlice(call);
  return cut(call, call.input(0), starts, steps, dims);
}

/** The sizes of a Split's parts and its axis. */
export function readSplit(call: Call): { axis: number; sizes: readonly number[] } {
  const { dims } = call.input(0);
  const axis = call.axis(call.number('axis', 0), dims.length);
  const size = dims[axis] ?? 0;
  const count = call.number('num_outputs', call.node.outputs.length);
  const part = Math.ceil(size / count);
  const even = Array.from({ length: count }, (_, index) => Math.min(part, size - index * part));
  const sizes = call.listOrInput('split', 1) ?? even;
  if (sizes.reduce((sum, next) => sum + next, 0) !== size) throw call.refuse('has parts of other sizes than its input');
  return { axis, sizes };
}

function split(call: Call): Tensor[] {
  const input = call.input(0);
  const { axis, sizes } = readSplit(call);
  let from = 0;
  return sizes.map((size) => {
    const starts = input.dims.map((_, dim) => (dim === axis ? from : 0));
    from += size;
    const dims = input.dims.map((old, dim) => (dim === axis ? size : old));
    return cut(call, input, starts, [], dims);
  });
}

function concat(call: Call): Tensor {
  const parts = call.inputs.map((_, index) => call.input(index));
  const { dims: first, type } = call.input(0);
  const axis = call.axis(call.number('axis', 0), first.length);
  if (
    parts.some(({ dims }) => dims.length !== first.length || dims.some((dim, at) => at !== axis && dim !== first[at]))
  ) {
    throw call.refuse('has inputs that do not go together');
  }
  const dims = first.map((dim, at) =>
    at === axis ? parts.reduce((sum, part) => sum + (part.dims[axis] ?? 0), 0) : dim,
  );
  return call.make(type, dims, (out) => {
    const inner = countElements(first.slice(axis + 1));
    const blocks = parts.map((part): [Numbers, number] => [part.data, (part.dims[axis] ?? 0) * inner]);
    const outer = countElements(first.slice(0, axis));
    let to = 0;
    for (let block = 0; block < outer; block++) {
      for (const [data, size] of blocks) {
        out.set(data.subarray(block * size, (block + 1) * size), to);
        to += size;
      }
    }
  });
}

/** By name. */
export const INDEXING: readonly (readonly [name: string, operator: Operator])[] = [
  ['Gather', gather],
  ['GatherElements', gatherElements],
  ['GatherND', gatherNd],
  ['ScatterND', scatterNd],
  ['Slice', slice],
  ['Split', split],
  ['Concat', concat],
];
