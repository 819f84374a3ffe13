/** Reads a constant of an `.onnx` file. Numbers stay in the file until they are asked for. */
import { ELEMENT_BYTES, ELEMENT_CODES, type ElementType } from './element-type.js';
import { GraphError } from './graph-error.js';
import { decodeHalves } from './half.js';
import { countElements, makeNumbers, Tensor, type Numbers, type ReadRange } from './tensor.js';
import { readIntegers, readText, visitFields, type Field } from './wire-reader.js';

/** Field numbers. Source: `onnx/onnx.proto` (ONNX IR version 8), TensorProto. */
const DIMS = 1;
const DATA_TYPE = 2;
const SEGMENT = 3;
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;
const NAME = 8;
const RAW_DATA = 9;
const DOUBLE_DATA = 10;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/** The field that holds a type's numbers where they aren't raw. */
const DATA_FIELDS: Readonly<Record<ElementType, number>> = {
  float32: FLOAT_DATA,
  uint8: INT32_DATA,
  int8: INT32_DATA,
  int32: INT32_DATA,
  int64: INT64_DATA,
  bool: INT32_DATA,
  float16: INT32_DATA,
  double: DOUBLE_DATA,
};

/** A constant with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** @throws GraphError when the message isn't a tensor of a known type, whole and in this file. */
export function readTensor(bytes: Uint8Array, { content, end }: Pick<Field, 'content' | 'end'>): NamedTensor {
  const dims: number[] = [];
  let code = 0;
  let name = '';
  let raw: Field | undefined;
  const typed: Field[] = [];
  visitFields(bytes, content, end, (field) => {
    if (field.number === DIMS) readIntegers(bytes, field, dims);
    else if (field.number === DATA_TYPE) code = field.value;
    else if (field.number === NAME) name = readText(bytes, field);
    else if (field.number === RAW_DATA) raw = field;
    else if (field.number === EXTERNAL_DATA || (field.number === DATA_LOCATION && field.value !== 0)) {
      throw new GraphError('It keeps weights in another file.');
    } else if (field.number === SEGMENT) throw new GraphError('It keeps a tensor in segments.');
    else if ([FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA].includes(field.number)) typed.push(field);
  });
  const type = toElementType(code);
  const size = countElements(dims);
  return { name, tensor: raw ? fromRaw(bytes, raw, type, dims, size) : fromTyped(bytes, typed, type, dims, size) };
}

/** @throws GraphError when the number is of a type that isn't known here. */
export function toElementType(code: number): ElementType {
  const [type] = Object.entries(ELEMENT_CODES).find(([, known]) => known === code) ?? [];
  if (type === undefined) throw new GraphError(`It has a tensor of the unknown type ${code}.`);
  return type as ElementType;
}

function fromRaw(
  bytes: Uint8Array,
  { content, end }: Field,
  type: ElementType,
  dims: readonly number[],
  size: number,
): Tensor {
  if (end - content !== size * ELEMENT_BYTES[type]) {
    throw new GraphError(`Expected ${size} numbers in a tensor, but it has ${end - content} bytes.`);
  }
  const content8 = bytes.subarray(content, end);
  return Tensor.ranged(type, dims, readRaw(content8, type));
}

/** Numbers as they lie in memory, little-endian as WebAssembly and all that runs it. */
function readRaw(bytes: Uint8Array, type: ElementType): ReadRange {
  const width = ELEMENT_BYTES[type];
  return (start, end) => {
    const part = bytes.subarray(start * width, end * width);
    if (type === 'uint8' || type === 'bool') return part;
    // A view where the place in memory allows one.
    const { buffer, byteOffset, length } = part.byteOffset % width === 0 ? part : new Uint8Array(part);
    const count = length / width;
    switch (type) {
      case 'int8':
        return new Int8Array(buffer, byteOffset, count);
      case 'int32':
        return new Int32Array(buffer, byteOffset, count);
      case 'float32':
        return new Float32Array(buffer, byteOffset, count);
      case 'double':
        return new Float64Array(buffer, byteOffset, count);
      case 'float16':
        return decodeHalves(new Uint16Array(buffer, byteOffset, count));
      case 'int64':
        return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    }
  };
}

function fromTyped(
  bytes: Uint8Array,
  fields: readonly Field[],
  type: ElementType,
  dims: readonly number[],
  size: number,
): Tensor {
  const chosen = fields.filter(({ number }) => number === DATA_FIELDS[type]);
  // Every number takes a byte at least.
  if (size > chosen.reduce((sum, { start, end }) => sum + end - start, 0)) {
    throw new GraphError(`Expected ${size} numbers in a tensor, but it has fewer.`);
  }
  return Tensor.computed(type, dims, () => {
    const numbers = decodeTyped(bytes, chosen, type);
    if (numbers.length !== size) throw new GraphError(`Expected ${size} numbers, but a tensor has ${numbers.length}.`);
    return numbers;
  });
}

function decodeTyped(bytes: Uint8Array, fields: readonly Field[], type: ElementType): Numbers {
  if (type === 'float32' || type === 'double') {
    const parts = fields.map(({ content, end }) => bytes.subarray(content, end));
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    const width = ELEMENT_BYTES[type];
    return readRaw(whole, type)(0, Math.floor(whole.length / width));
  }
  const integers: number[] = [];
  for (const field of fields) readIntegers(bytes, field, integers);
  if (type === 'float16') return decodeHalves(Float64Array.from(integers));
  const numbers = makeNumbers(type, integers.length);
  numbers.set(integers);
  return numbers;
}
