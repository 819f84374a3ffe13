/** Finds the files beside a model that hold some of its weights, without reading any weight. */
import { GraphError } from './graph-error.js';
import { DELIMITED, readText, visitFields, type Field } from './wire-reader.js';

/** A file beside the model. */
export interface ExternalFile {
  /** As the model spells it: relative to the model's folder. */
  readonly location: string;
  /** Bytes it must have at least, as far as the model says where its weights lie. */
  readonly minBytes: number;
}

/** Subgraphs deeper than this are in no model; it bounds what a damaged file can make. */
const DEEPEST = 16;

/** The messages a model's tensors may be in. */
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor';

/**
 * Message → number of a field → the message it holds.
 *
 * Source: `onnx/onnx.proto` (ONNX IR version 10): ModelProto, GraphProto, NodeProto, AttributeProto, FunctionProto,
 * SparseTensorProto.
 */
const CHILDREN: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

/** Fields of a TensorProto and of the StringStringEntryProtos in it. */
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const EXTERNAL = 1;

/**
 * Every file the model's tensors are in besides its own, each once.
 *
 * @throws GraphError when the bytes aren't an ONNX model.
 */
export function listExternalFiles(model: Uint8Array): ExternalFile[] {
  const minBytes = new Map<string, number>();
  const visit = (message: Message, start: number, end: number, depth: number): void => {
    if (depth > DEEPEST) throw new GraphError('It has graphs inside of graphs, without an end.');
    if (message === 'tensor') {
      const part = readPart(model, start, end);
      if (part) minBytes.set(part.location, Math.max(minBytes.get(part.location) ?? 0, part.minBytes));
      return;
    }
    visitFields(model, start, end, ({ number, wire, content, end: fieldEnd }) => {
      const child = wire === DELIMITED ? CHILDREN[message][number] : undefined;
      if (child) visit(child, content, fieldEnd, child === 'graph' ? depth + 1 : depth);
    });
  };
  visit('model', 0, model.length, 0);
  return [...minBytes].map(([location, bytes]) => ({ location, minBytes: bytes }));
}

/** Where a tensor's numbers are; undefined when they are in the model itself. */
function readPart(model: Uint8Array, start: number, end: number): ExternalFile | undefined {
  const entries = new Map<string, string>();
  // TypeScript doesn't see what the visitor sets.
  let isExternal = false as boolean;
  visitFields(model, start, end, (field) => {
    if (field.number === DATA_LOCATION) isExternal = field.value === EXTERNAL;
    else if (field.number === EXTERNAL_DATA) entries.set(...readEntry(model, field));
  });
  if (!isExternal) return undefined;
  const sizes = ['offset', 'length'].map((key) => Number(entries.get(key) ?? 0));
  const least = sizes.reduce((sum, size) => sum + size, 0);
  return { location: entries.get('location') ?? '', minBytes: Number.isFinite(least) ? least : 0 };
}

function readEntry(model: Uint8Array, { content, end }: Field): [key: string, value: string] {
  const texts = ['', ''];
  visitFields(model, content, end, (field) => {
    if (field.number === 1 || field.number === 2) texts[field.number - 1] = readText(model, field);
  });
  return [texts[0] ?? '', texts[1] ?? ''];
}
