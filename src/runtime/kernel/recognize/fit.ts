/** Holds what a rule says of a value against the shape that the value has. */
import { GraphError } from '../../onnx/graph-error.js';
import { countElements } from '../../onnx/tensor.js';
import { reshapeLayout, sizesOf } from './layout.js';
import { widen, widthOf } from './row-map.js';
import { widthOfThing, type Value } from './symbolic-tensor.js';

/**
 * The same value in the dimensions that it has in the graph.
 *
 * @throws GraphError when it has other numbers than the rule says: broadcasting has repeated it along the way.
 */
export function fitTo(value: Value, dims: readonly number[]): Value {
  const width = widthOfThing(value.thing);
  const sizes = sizesOf(value.layout);
  const [total, actual] = [countElements(sizes), countElements(dims)];
  // One number a token: the layout stays that of the vector it was made of.
  const isNarrow = width !== 1 && widthOf(value.map, width) === 1;
  if (isNarrow && actual * width === total) return value;
  const wide = isNarrow ? value.withMap(widen(value.map, width)) : value;
  const shape = (list: readonly number[]): string => list.filter((size) => size !== 1).join();
  if (total !== actual || shape(sizes) !== shape(dims)) throw new GraphError('It repeats its vectors.');
  return sizes.join() === dims.join() ? wide : wide.withLayout(reshapeLayout(wide.layout, dims));
}
