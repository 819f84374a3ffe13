/** What goes into a model's graph and what comes out: names, types and shapes, without reading any weight. */
import { readLayout } from './read-onnx.js';
import { DELIMITED, readText, visitFields, type Field } from './wire-reader.js';

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  /** Its element type's number, by ONNX's TensorProto.DataType; undefined where the graph doesn't say. */
  readonly type?: number;
  /** Each axis's size, undefined for one that varies. Absent where the graph doesn't say. */
  readonly dims?: readonly (number | undefined)[];
}

/** A graph's inputs, without its constants, and its outputs; both in order. */
export interface GraphValues {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}

/** Field numbers of GraphProto. Source: `onnx/onnx.proto` (ONNX IR version 8), as all below. */
const INITIALIZER = 5;
const INPUT = 11;
const OUTPUT = 12;

/** @throws Error when the bytes aren't an ONNX model with one graph. */
export function readValues(model: Uint8Array): GraphValues {
  const { graph } = readLayout(model);
  const constants = new Set<string>();
  const inputs: GraphValue[] = [];
  const outputs: GraphValue[] = [];
  visitFields(model, graph.start, graph.end, (field) => {
    if (field.wire !== DELIMITED) return;
    // Field 8 of a TensorProto is its name.
    if (field.number === INITIALIZER) constants.add(findText(model, field, 8));
    else if (field.number === INPUT) inputs.push(readValue(model, field));
    else if (field.number === OUTPUT) outputs.push(readValue(model, field));
  });
  return { inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

/** ValueInfoProto: 1 is its name, 2 its type, whose field 1 is a tensor's. */
function readValue(model: Uint8Array, value: Field): GraphValue {
  const tensor = findMessage(model, findMessage(model, value, 2), 1);
  let type: number | undefined;
  let dims: (number | undefined)[] | undefined;
  visitMessage(model, tensor, (field) => {
    if (field.number === 1) type = field.value;
    else if (field.number === 2) dims = readShape(model, field);
  });
  return { name: findText(model, value, 1), ...(type !== undefined && { type }), ...(dims && { dims }) };
}

/** TensorShapeProto: 1 is an axis, whose field 1 is a size; a name in field 2 stands for any. */
function readShape(model: Uint8Array, shape: Field): (number | undefined)[] {
  const dims: (number | undefined)[] = [];
  visitMessage(model, shape, (axis) => {
    if (axis.number !== 1) return;
    let size: number | undefined;
    visitMessage(model, axis, (field) => {
      if (field.number === 1) size = field.value;
    });
    dims.push(size);
  });
  return dims;
}

function visitMessage(model: Uint8Array, message: Field | undefined, visit: (field: Field) => void): void {
  if (message?.wire === DELIMITED) visitFields(model, message.content, message.end, visit);
}

function findMessage(model: Uint8Array, message: Field | undefined, number: number): Field | undefined {
  let found: Field | undefined;
  visitMessage(model, message, (field) => {
    if (field.number === number) found = field;
  });
  return found;
}

function findText(model: Uint8Array, message: Field, number: number): string {
  const field = findMessage(model, message, number);
  return field ? readText(model, field) : '';
}
