/** Finds the parts of an `.onnx` file by their place, without decoding its weights. */
import { DELIMITED, readText, visitFields, type Field } from './wire-reader.js';

/** Bytes `start` to `end`, without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where a model's graph lies, and what the graph gives. */
export interface OnnxLayout {
  /** The graph with its tag and length. */
  readonly graphField: ByteRange;
  /** The graph's fields. */
  readonly graph: ByteRange;
  /** The graph's outputs in order, each field with its tag and length. */
  readonly outputs: readonly (ByteRange & { readonly name: string })[];
}

/** Field numbers. Source: `onnx/onnx.proto` (ONNX IR version 8), ModelProto, GraphProto and ValueInfoProto. */
const GRAPH = 7;
const OUTPUT = 12;
const VALUE_NAME = 1;

/**
 * The layout of a model.
 *
 * @throws Error when the bytes aren't an ONNX model with one graph.
 */
export function readLayout(model: Uint8Array): OnnxLayout {
  const fields = listFields(model, 0, model.length, GRAPH);
  const [field] = fields;
  if (!field || fields.length > 1) throw new Error(`Expected one graph, found ${String(fields.length)}.`);
  const outputs = listFields(model, field.content, field.end, OUTPUT).map(({ start, content, end }) => {
    const [name] = listFields(model, content, end, VALUE_NAME);
    return { start, end, name: name ? readText(model, name) : '' };
  });
  return {
    graphField: { start: field.start, end: field.end },
    graph: { start: field.content, end: field.end },
    outputs,
  };
}

/** The messages and strings of one number. */
function listFields(bytes: Uint8Array, start: number, end: number, number: number): Field[] {
  const fields: Field[] = [];
  visitFields(bytes, start, end, (field) => {
    if (field.number === number && field.wire === DELIMITED) fields.push(field);
  });
  return fields;
}
