/** Holds what a rule says of a tensor against the shape that the tensor has. */
import { GraphError } from '../../onnx/graph-error.js';
import { countElements } from '../../onnx/tensor.js';
import { reshapeLayout, sizesOf } from './layout.js';
import { widen, widthOf } from './row-map.js';
import { widthOfExpression } from './expression.js';
import type { SymbolicTensor } from './symbolic-tensor.js';

/**
 * The same tensor in the dimensions that it has in the graph.
 *
 * @throws GraphError when it has other numbers than the rule says: broadcasting has repeated it along the way.
 */
export function fitTo(symbolic: SymbolicTensor, dims: readonly number[]): SymbolicTensor {
  const width = widthOfExpression(symbolic.base);
  const sizes = sizesOf(symbolic.layout);
  const [total, actual] = [countElements(sizes), countElements(dims)];
  // One number a token: the layout stays that of the vector it was made of.
  const isNarrow = width !== 1 && widthOf(symbolic.map, width) === 1;
  if (isNarrow && actual * width === total) return symbolic;
  const wide = isNarrow ? symbolic.withMap(widen(symbolic.map, width)) : symbolic;
  const shape = (list: readonly number[]): string => list.filter((size) => size !== 1).join();
  if (total !== actual || shape(sizes) !== shape(dims)) throw new GraphError('It repeats its vectors.');
  return sizes.join() === dims.join() ? wide : wide.withLayout(reshapeLayout(wide.layout, dims));
}
