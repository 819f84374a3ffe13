/**
 * Writes ONNX models as protocol buffers: only the messages and fields that our graphs use, with plain objects in.
 * It knows no operator.
 *
 * Source: `onnx/onnx.proto` (ONNX IR version 8), field numbers and enum values.
 */
import Pbf from 'pbf';
import { ELEMENT_CODES, type ElementType } from './element-type.js';

export type { ElementType } from './element-type.js';

/** A constant; `bytes` are the elements row-major and little-endian, `dims` `[]` a scalar. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** An operator's attribute: a whole number, a list of them, a text, a constant, or a float given as `{ float }`. */
export type OnnxAttribute = number | readonly number[] | string | OnnxTensor | { readonly float: number };

/** One operator; inputs and outputs are names of values, '' where one is left out. */
export interface OnnxNode {
  readonly operator: string;
  /** The operator's own set, such as `com.microsoft`. @default ONNX's */
  readonly domain?: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the graph; a dimension is a size or the name of a size that varies. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** @default any shape */
  readonly dims?: readonly (number | string)[];
}

/** A whole model; nodes stand in an order in which each one's inputs come before it. */
export interface OnnxModel {
  readonly graphName: string;
  readonly producer: string;
  readonly documentation: string;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
}

const IR_VERSION = 8;
const ATTRIBUTE_CODES = { float: 1, integer: 2, text: 3, tensor: 4, integers: 7 } as const;

/** The bytes of an `.onnx` file; the same model always gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new Pbf();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, model.producer);
  writer.writeStringField(6, model.documentation);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, writeOperatorSet, ['', model.opset]);
  const domains = new Set(model.nodes.flatMap(({ domain }) => domain ?? []));
  for (const domain of domains) writer.writeMessage(8, writeOperatorSet, [domain, 1]);
  return writer.finish();
}

function writeOperatorSet([domain, version]: [domain: string, version: number], writer: Pbf): void {
  writer.writeStringField(1, domain);
  writer.writeVarintField(2, version);
}

function writeGraph(model: OnnxModel, writer: Pbf): void {
  for (const node of model.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, model.graphName);
  for (const tensor of model.tensors) writer.writeMessage(5, writeTensor, tensor);
  for (const input of model.inputs) writer.writeMessage(11, writeValue, input);
  for (const output of model.outputs) writer.writeMessage(12, writeValue, output);
}

/** Field 1 of a graph: an operator. */
export function writeNode(node: OnnxNode, writer: Pbf): void {
  for (const input of node.inputs) writer.writeStringField(1, input);
  for (const output of node.outputs) writer.writeStringField(2, output);
  writer.writeStringField(3, node.name);
  writer.writeStringField(4, node.operator);
  for (const attribute of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, attribute);
  if (node.domain !== undefined) writer.writeStringField(7, node.domain);
}

function writeAttribute([name, value]: [string, OnnxAttribute], writer: Pbf): void {
  writer.writeStringField(1, name);
  if (typeof value === 'number') {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, ATTRIBUTE_CODES.integer);
  } else if (typeof value === 'string') {
    writer.writeStringField(4, value);
    writer.writeVarintField(20, ATTRIBUTE_CODES.text);
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, ATTRIBUTE_CODES.float);
  } else if ('dims' in value) {
    writer.writeMessage(5, writeTensor, value);
    writer.writeVarintField(20, ATTRIBUTE_CODES.tensor);
  } else {
    for (const item of value) writer.writeVarintField(8, item);
    writer.writeVarintField(20, ATTRIBUTE_CODES.integers);
  }
}

/** Field 5 of a graph: a constant. */
export function writeTensor(tensor: OnnxTensor, writer: Pbf): void {
  for (const size of tensor.dims) writer.writeVarintField(1, size);
  writer.writeVarintField(2, ELEMENT_CODES[tensor.type]);
  writer.writeStringField(8, tensor.name);
  writer.writeBytesField(9, tensor.bytes);
}

/** Fields 11 and 12 of a graph: an input, an output. */
export function writeValue(value: OnnxValue, writer: Pbf): void {
  writer.writeStringField(1, value.name);
  writer.writeMessage(2, writeType, value);
}

function writeType(value: OnnxValue, writer: Pbf): void {
  writer.writeMessage(1, writeTensorType, value);
}

function writeTensorType(value: OnnxValue, writer: Pbf): void {
  writer.writeVarintField(1, ELEMENT_CODES[value.type]);
  if (value.dims) writer.writeMessage(2, writeShape, value.dims);
}

function writeShape(dims: readonly (number | string)[], writer: Pbf): void {
  for (const size of dims) writer.writeMessage(1, writeDimension, size);
}

function writeDimension(size: number | string, writer: Pbf): void {
  if (typeof size === 'number') writer.writeVarintField(1, size);
  else writer.writeStringField(2, size);
}
