/** Operators between numbers and bytes. Source: ONNX operators, each by its name. */
import type { Call, Operator } from '../call.js';
import { ELEMENT_CODES, type ElementType } from '../element-type.js';
import { roundToEven } from '../functions.js';
import { toElementType } from '../read-tensor.js';
import { countElements, makeNumbers, scalar, Tensor, type Numbers } from '../tensor.js';

/** Smallest and largest value of the types that numbers are quantised to. */
const RANGES: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/**
 * **Not rounded**: the numbers stay as they are, with scale 1 and zero point 0. So what is computed is what a file's
 * weights mean; ONNX Runtime's result differs from it by the rounding of activations.
 */
function dynamicQuantizeLinear(call: Call): Tensor[] {
  return [call.input(0), scalar('float32', 1), scalar('uint8', 0)];
}

/** Finds a number's place in a list of one number, or of one for each place along an axis. */
function placeAlong(call: Call, input: Tensor, list: Tensor): (index: number) => number {
  if (call.number('block_size', 0) !== 0) throw call.refuse('works in blocks');
  if (list.size === 1) return () => 0;
  const axis = call.axis(call.number('axis', 1), input.dims.length);
  if (list.size !== input.dims[axis]) throw call.refuse('has scales of another size than its axis');
  const inner = countElements(input.dims.slice(axis + 1));
  return (index) => Math.floor(index / inner) % list.size;
}

function dequantizeLinear(call: Call): Tensor {
  const [input, scale, zero] = [call.input(0), call.input(1), call.inputs[2]];
  const findPlace = placeAlong(call, input, scale);
  const convert = (numbers: Numbers, start: number, out: Numbers): Numbers => {
    const [scales, zeros] = [scale.data, zero?.data];
    for (let i = 0; i < out.length; i++) {
      const place = findPlace(start + i);
      out[i] = ((numbers[i] ?? 0) - (zeros?.[place] ?? 0)) * (scales[place] ?? 0);
    }
    return out;
  };
  if (!input.isRanged) return call.make(scale.type, input.dims, (out) => convert(input.data, 0, out));
  return Tensor.ranged(scale.type, input.dims, (start, end) =>
    convert(input.read(start, end), start, makeNumbers(scale.type, end - start)),
  );
}

function quantizeLinear(call: Call): Tensor {
  const [input, scale, zero] = [call.input(0), call.input(1), call.inputs[2]];
  const findPlace = placeAlong(call, input, scale);
  const type = zero?.type ?? toElementType(call.number('output_dtype', 0) || ELEMENT_CODES.uint8);
  const [least, most] = RANGES[type] ?? [-Infinity, Infinity];
  return call.make(type, input.dims, (out) => {
    const [numbers, scales, zeros] = [input.data, scale.data, zero?.data];
    for (let i = 0; i < out.length; i++) {
      const place = findPlace(i);
      const level = roundToEven((numbers[i] ?? 0) / (scales[place] ?? 1)) + (zeros?.[place] ?? 0);
      out[i] = Math.min(Math.max(level, least), most);
    }
  });
}

/** By name. */
export const QUANTISED: readonly (readonly [name: string, operator: Operator])[] = [
  ['DynamicQuantizeLinear', dynamicQuantizeLinear],
  ['DequantizeLinear', dequantizeLinear],
  ['QuantizeLinear', quantizeLinear],
];
