import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLayout, type OnnxLayout } from '../../../../src/runtime/onnx/read-onnx.js';
import { encodeModel } from '../../../../src/runtime/onnx/write-onnx.js';
import { concatenate, makeGraph } from './tiny-graphs.js';

/** A field of unknown number 30, as later versions of the format may add, by its wire type. */
const UNKNOWN_FIELDS: [what: string, field: number[]][] = [
  ['a number', [0xf0, 0x01, 0xac, 0x02]],
  ['eight bytes', [0xf1, 0x01, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['a message', [0xf2, 0x01, 0x02, 0x3a, 0x00]],
  ['four bytes', [0xf5, 0x01, 1, 2, 3, 4]],
];

function namesOf(model: Uint8Array): string[] {
  return readLayout(model).outputs.map(({ name }) => name);
}

/** Undefined when the bytes are refused. */
function tryRead(bytes: Uint8Array): OnnxLayout | undefined {
  try {
    return readLayout(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  }
}

describe('readLayout', () => {
  test("gives the graph's outputs in order", () => {
    const model = makeGraph({ before: ['present.0.key'], after: ['pooler_output', 'x'] });
    expect(namesOf(model)).toEqual(['present.0.key', 'last_hidden_state', 'pooler_output', 'x']);
  });

  test('gives ranges that hold each other, tags and lengths included', () => {
    const model = makeGraph({ after: ['pooler_output'] });
    const { graphField, graph, outputs } = readLayout(model);
    // Field 7 and field 12, messages.
    expect(model[graphField.start]).toBe((7 << 3) | 2);
    for (const { start } of outputs) expect(model[start]).toBe((12 << 3) | 2);
    expect(graph.start).toBeGreaterThan(graphField.start);
    expect(graph.end).toBe(graphField.end);
    const edges = [graph.start, ...outputs.flatMap(({ start, end }) => [start, end]), graph.end];
    expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    expect(outputs[0]?.end).toBe(outputs[1]?.start);
  });

  test('reads a model that lies inside of a larger buffer', () => {
    const model = makeGraph();
    const inside = concatenate([new Uint8Array(100).fill(0xff), model]).subarray(100);
    expect(readLayout(inside)).toEqual(readLayout(model));
  });

  test.each(UNKNOWN_FIELDS)('skips %s it has no use for, before the graph, in it and after it', (_what, field) => {
    const unknown = Uint8Array.from(field);
    const model = makeGraph();
    const expected = readLayout(model);
    expect(readLayout(concatenate([model, unknown]))).toEqual(expected);
    const shift = (by: number): object => ({ start: expected.graph.start + by, end: expected.graph.end + by });
    expect(readLayout(concatenate([unknown, model])).graph).toEqual(shift(unknown.length));
    const body = concatenate([model.subarray(expected.graph.start, expected.graph.end), unknown]);
    const header = Uint8Array.of(0x3a, (body.length & 0x7f) | 0x80, body.length >> 7);
    expect(namesOf(concatenate([header, body]))).toEqual(['last_hidden_state']);
  });

  test('gives an output without a name the empty one', () => {
    // A graph that holds an empty field 12 and nothing else.
    expect(namesOf(Uint8Array.of(0x3a, 2, 0x62, 0))).toEqual(['']);
  });

  test('finds outputs of any names among weights of any bytes', () => {
    // One to three bytes of UTF-8 each; pbf 4 writes some of four bytes wrongly.
    const character = fc.integer({ min: 1, max: 0xd7ff }).map((code) => String.fromCharCode(code));
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 200, unit: character, size: 'max' }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        names,
        fc.uint8Array({ maxLength: 3000, size: 'max' }),
        fc.string(),
        (outputs, bytes, documentation) => {
          const model = encodeModel({
            graphName: 'tiny',
            producer: 'tests',
            documentation,
            opset: 17,
            inputs: [{ name: 'ids', type: 'int64', dims: ['rows'] }],
            outputs: outputs.map((name) => ({ name, type: 'float32', dims: ['rows', 2] })),
            nodes: [],
            tensors: [{ name: 'bytes', type: 'int8', dims: [bytes.length], bytes }],
          });
          expect(namesOf(model)).toEqual(outputs);
        },
      ),
    );
  });
});

describe('readLayout refuses', () => {
  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    ['nothing', new Uint8Array(), /one graph, found 0/],
    ['a model without a graph', Uint8Array.of(0x08, 0x08), /one graph, found 0/],
    ['two graphs', concatenate([makeGraph(), makeGraph()]), /one graph, found 2/],
    ['a graph that ends too late', Uint8Array.of(0x3a, 3, 0x62, 0), /whole fields/],
    ['an output that ends after its graph', Uint8Array.of(0x3a, 2, 0x62, 5, 8, 8, 8, 8, 8), /whole fields/],
    ['zeros, as a damaged file has them', new Uint8Array(64), /fields with numbers/],
    ['a name that ends after its output', Uint8Array.of(0x3a, 4, 0x62, 2, 0x0a, 9), /whole fields/],
    ['a length that never ends', Uint8Array.of(0x3a, ...new Array<number>(12).fill(0xff)), /./],
    ['a page of HTML', new TextEncoder().encode('<!doctype html><title>Not found</title>'), /./],
    ['JSON', new TextEncoder().encode('{"error":"Not found"}'), /./],
    ['a pointer of Git LFS', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'), /./],
  ])('%s', (_what, bytes, message) => {
    expect(() => readLayout(bytes)).toThrow(message);
  });

  test('a model that breaks off anywhere before the end of its graph', () => {
    const model = makeGraph({ after: ['pooler_output'] });
    const { graphField } = readLayout(model);
    for (let length = 0; length < graphField.end; length++) {
      expect(() => readLayout(model.subarray(0, length))).toThrow(Error);
    }
    expect(readLayout(model.subarray(0, graphField.end)).graphField).toEqual(graphField);
  });

  test('bytes of any other kind, or finds parts that lie in them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (bytes) => {
        const layout = tryRead(bytes);
        for (const { start, end } of layout ? [layout.graphField, layout.graph, ...layout.outputs] : []) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
