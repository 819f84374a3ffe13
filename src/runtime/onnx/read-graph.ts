/** Reads the graph of an `.onnx` file: operators, constants, inputs and outputs. */
import type { ElementType } from './element-type.js';
import { GraphError } from './graph-error.js';
import { readLayout } from './read-onnx.js';
import { readTensor, toElementType } from './read-tensor.js';
import type { Tensor } from './tensor.js';
import { FIXED32, readIntegers, readText, visitFields, type Field } from './wire-reader.js';

/** What an operator is told besides its inputs: a number, a list of them, a text or a constant. */
export type Attribute = number | readonly number[] | string | Tensor;

/** One operator. Inputs and outputs are names of values, '' where one is left out. */
export interface GraphNode {
  /** Its name, behind its domain and a dot where that isn't ONNX's own. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An input of the graph that isn't a constant. */
export interface GraphInput {
  readonly name: string;
  readonly type: ElementType;
}

/** A graph; everything is found by name. */
export interface Graph {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The operator that makes a value. */
  readonly producers: ReadonlyMap<string, GraphNode>;
  /** The file's length. */
  readonly bytes: number;
}

/** Operator sets whose operators are known here. */
const OPSETS = { first: 11, last: 23 };
/** More than any encoder has; it bounds what a damaged file can make. */
const MAX_PARTS = 100_000;

/**
 * The graph of a model; its constants are views of `model`.
 *
 * @throws GraphError when the bytes aren't a model, or one with external data, subgraphs, or types that aren't known.
 *
 * Source: `onnx/onnx.proto` (ONNX IR version 8), field numbers of ModelProto, GraphProto, NodeProto and ValueInfoProto.
 */
export function readGraph(model: Uint8Array): Graph {
  const { graph } = readLayoutOf(model);
  const nodes: GraphNode[] = [];
  const constants = new Map<string, Tensor>();
  const inputs: Field[] = [];
  const outputs: string[] = [];
  let parts = 0;
  visitFields(model, graph.start, graph.end, (field) => {
    if (++parts > MAX_PARTS) throw new GraphError(`It has more than ${MAX_PARTS} parts.`);
    if (field.number === 1) nodes.push(readNode(model, field));
    else if (field.number === 5) {
      const { name, tensor } = readTensor(model, field);
      constants.set(name, tensor);
    } else if (field.number === 11) inputs.push(field);
    else if (field.number === 12) outputs.push(readName(model, field));
    else if (field.number === 15) throw new GraphError('It has sparse weights.');
  });
  return {
    opset: readOpset(model),
    nodes,
    // Older files list constants among the inputs.
    inputs: inputs.filter((field) => !constants.has(readName(model, field))).map((field) => readInput(model, field)),
    outputs,
    constants,
    producers: findProducers(nodes, constants),
    bytes: model.length,
  };
}

function readLayoutOf(model: Uint8Array): ReturnType<typeof readLayout> {
  try {
    return readLayout(model);
  } catch (error) {
    throw error instanceof GraphError ? error : new GraphError(String(error instanceof Error ? error.message : error));
  }
}

function readOpset(model: Uint8Array): number {
  let opset = 0;
  visitFields(model, 0, model.length, (field) => {
    if (field.number !== 8) return;
    let domain = '';
    let version = 0;
    visitFields(model, field.content, field.end, (part) => {
      if (part.number === 1) domain = readText(model, part);
      else if (part.number === 2) version = part.value;
    });
    if (toPrefix(domain) === '') opset = version;
  });
  if (opset < OPSETS.first || opset > OPSETS.last) throw new GraphError(`Its operator set ${opset} isn't known.`);
  return opset;
}

function toPrefix(domain: string): string {
  return domain === '' || domain === 'ai.onnx' ? '' : `${domain}.`;
}

function readNode(model: Uint8Array, { content, end }: Field): GraphNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let operator = '';
  let domain = '';
  visitFields(model, content, end, (field) => {
    if (field.number === 1) inputs.push(readText(model, field));
    else if (field.number === 2) outputs.push(readText(model, field));
    else if (field.number === 4) operator = readText(model, field);
    else if (field.number === 7) domain = readText(model, field);
    else if (field.number === 5) attributes.set(...readAttribute(model, field));
  });
  return { operator: toPrefix(domain) + operator, inputs, outputs, attributes };
}

/** What an attribute is whose value a writer left out because it is zero or empty, by its type in `onnx/onnx.proto`. */
const ABSENT_VALUES: ReadonlyMap<number, Attribute> = new Map<number, Attribute>([
  [1, 0],
  [2, 0],
  [3, ''],
]);

/** Source: `onnx/onnx.proto`, AttributeProto: field numbers, each of one kind; the type in field 20. */
function readAttribute(model: Uint8Array, { content, end }: Field): [name: string, value: Attribute] {
  let name = '';
  let value: Attribute | undefined;
  let type = 0;
  const list: number[] = [];
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength);
  visitFields(model, content, end, (field) => {
    if (field.number === 1) name = readText(model, field);
    else if (field.number === 2 && field.wire === FIXED32) value = view.getFloat32(field.content, true);
    else if (field.number === 3) value = field.value;
    else if (field.number === 4) value = readText(model, field);
    else if (field.number === 5) value = readTensor(model, field).tensor;
    else if (field.number === 7)
      for (let at = field.content; at + 4 <= field.end; at += 4) list.push(view.getFloat32(at, true));
    else if (field.number === 8) readIntegers(model, field, list);
    else if (field.number === 20) type = field.value;
    else if (field.number === 6 || field.number === 11) throw new GraphError('It has graphs inside of its graph.');
  });
  return [name, value ?? ABSENT_VALUES.get(type) ?? list];
}

function readName(model: Uint8Array, { content, end }: Field): string {
  let name = '';
  visitFields(model, content, end, (field) => {
    if (field.number === 1) name = readText(model, field);
  });
  return name;
}

/** Source: `onnx/onnx.proto`: field 2 of a ValueInfoProto is a type, whose field 1 is a tensor, whose field 1 is its element's. */
function readInput(model: Uint8Array, value: Field): GraphInput {
  let code = 0;
  visitFields(model, value.content, value.end, (type) => {
    if (type.number !== 2) return;
    visitFields(model, type.content, type.end, (tensor) => {
      if (tensor.number !== 1) return;
      visitFields(model, tensor.content, tensor.end, (field) => {
        if (field.number === 1) code = field.value;
      });
    });
  });
  return { name: readName(model, value), type: toElementType(code) };
}

function findProducers(nodes: readonly GraphNode[], constants: ReadonlyMap<string, Tensor>): Map<string, GraphNode> {
  const producers = new Map<string, GraphNode>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (producers.has(output) || constants.has(output)) throw new GraphError('It has two values of one name.');
      producers.set(output, node);
    }
  }
  return producers;
}

/**
 * The operators that `name` needs, each behind those it needs itself; `isKnown` says which values need none.
 *
 * @throws GraphError when a value needs itself.
 */
export function orderNodes(graph: Graph, name: string, isKnown: (name: string) => boolean): GraphNode[] {
  const ordered: GraphNode[] = [];
  const isDone = new Map<GraphNode, boolean>();
  // By hand, as a graph may be deeper than the stack.
  const stack = [name];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const node = isKnown(top) ? undefined : graph.producers.get(top);
    const state = node && isDone.get(node);
    if (!node || state === true) {
      stack.pop();
      continue;
    }
    const missing = node.inputs.filter((input) => {
      const producer = isKnown(input) ? undefined : graph.producers.get(input);
      return producer !== undefined && isDone.get(producer) !== true;
    });
    if (missing.length === 0) {
      isDone.set(node, true);
      ordered.push(node);
    } else if (state === false) throw new GraphError('It has a value that needs itself.');
    else {
      isDone.set(node, false);
      stack.push(...missing);
    }
  }
  return ordered;
}
