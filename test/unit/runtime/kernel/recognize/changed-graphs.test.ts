import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scalar, Tensor } from '../../../../../src/runtime/onnx/tensor.js';
import { readGraph, type Graph, type GraphNode } from '../../../../../src/runtime/onnx/read-graph.js';
import { judgeRecognition, makeChangedEncoder } from '../../../../support/changed-encoder.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../../support/random-encoder.js';

/** Thousands are tried by `GRAPHS=5000 npm test -- --project unit changed-graphs`. */
const GRAPHS = Number(process.env['GRAPHS'] ?? 120);
const TIMEOUT_MS = 60_000 + GRAPHS * 1000;

/** Says where an operator is to be put: behind the value, for the users that are chosen. */
interface Place {
  readonly behind: (node: GraphNode, graph: Graph) => boolean;
  readonly onlyFor?: (node: GraphNode) => boolean;
}

/** A graph with an operator of a constant behind every value that `place` chooses. */
function insert(
  options: RandomEncoderOptions,
  { behind, onlyFor = () => true }: Place,
  operator: string,
  constants: readonly Tensor[],
): { graph: Graph; outputName: string; maxTokens: number } {
  const { model, outputName, maxTokens } = makeRandomEncoder(options);
  const graph = readGraph(model);
  const names = constants.map((tensor, at) => [`constant${String(at)}`, tensor] as const);
  const chosen = graph.nodes.filter((node) => node.outputs[0] !== outputName && behind(node, graph));
  expect(chosen).not.toHaveLength(0);
  const outputs = new Set(chosen.map(({ outputs: [output] }) => output));
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const inputs = node.inputs.map((name) => (outputs.has(name) && onlyFor(node) ? `${name}/changed` : name));
    const [output = ''] = node.outputs;
    const same = { ...node, inputs };
    if (!outputs.has(output)) return [same];
    const added = { operator, inputs: [output, ...names.map(([name]) => name)], attributes: new Map<string, number>() };
    return [same, { ...added, outputs: [`${output}/changed`] }];
  });
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  return {
    graph: { ...graph, nodes, producers, constants: new Map([...graph.constants, ...names]), bytes: graph.bytes + 1e6 },
    outputName,
    maxTokens,
  };
}

const of = (operator: string) => (node: GraphNode) => node.operator === operator;
const number = (x: number): Tensor => scalar('float32', x);
const isNorm = of('LayerNormalization');

describe('an encoder is refused or computes what its graph does', () => {
  test(
    'wherever an operator is put in, left out, exchanged or told something else',
    () => {
      let recognised = 0;
      fc.assert(
        fc.property(fc.nat({ max: 1_000_000 }), (seed) => {
          const changed = makeChangedEncoder(seed);
          const { isRefused, fault } = judgeRecognition(changed);
          expect(fault, changed.story).toBeUndefined();
          if (!isRefused) recognised++;
        }),
        { numRuns: GRAPHS, seed: 20 },
      );
      // Who refuses everything is never wrong.
      expect(recognised).toBeGreaterThan(GRAPHS / 20);
    },
    TIMEOUT_MS,
  );

  test.each<[what: string, ...Parameters<typeof insert>]>([
    ['residuals are scaled', { opset: 17 }, { behind: isNorm, onlyFor: of('Add') }, 'Mul', [number(1.2)]],
    ['residuals are divided', { opset: 20 }, { behind: isNorm, onlyFor: of('Add') }, 'Div', [number(3)]],
    [
      'residuals before norms are scaled',
      { opset: 17, norms: 'before' },
      { behind: of('Add'), onlyFor: of('Add') },
      'Mul',
      [number(0.5)],
    ],
    [
      'vectors are shifted before they are added',
      { opset: 20 },
      { behind: isNorm, onlyFor: of('Add') },
      'Add',
      [number(0.3)],
    ],
    ['norms are cut off', { opset: 11, norms: 'before' }, { behind: of('Div') }, 'Clip', [number(-2), number(2)]],
    [
      'vectors are cut off before norms',
      { opset: 11 },
      { behind: of('Add'), onlyFor: of('ReduceMean') },
      'Clip',
      [number(-3), number(3)],
    ],
    ['activations are cut off', { opset: 17, activation: 'relu' }, { behind: of('Relu') }, 'Min', [number(1)]],
    ['activations are scaled', { opset: 14 }, { behind: of('Erf') }, 'Mul', [number(0.9)]],
    ['activations are raised', { opset: 14, activation: 'gelu-tanh' }, { behind: of('Tanh') }, 'Add', [number(0.01)]],
    ['scores are scaled', { opset: 17 }, { behind: of('Softmax') }, 'Mul', [number(0.9)]],
    [
      'pooled vectors are cut off',
      { opset: 17, head: { pooling: 'mean' } },
      { behind: of('Div') },
      'Clip',
      [number(-0.1), number(0.1)],
    ],
  ])('where %s', (_what, ...parameters) => {
    expect(judgeRecognition(insert(...parameters)).fault).toBeUndefined();
  });

  test.each(['Min', 'Max', 'Add'])('where ids are counted with by %s', (operator) => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ opset: 17 });
    const graph = readGraph(model);
    const changed = {
      operator,
      inputs: ['input_ids', 'limit'],
      outputs: ['ids'],
      attributes: new Map<string, number>(),
    };
    const nodes = graph.nodes.map((node) => (node.operator === 'Gather' ? withInput(node, 'input_ids', 'ids') : node));
    const limit = scalar('int64', operator === 'Min' ? 58 : operator === 'Max' ? 3 : 0);
    const constants = new Map([...graph.constants, ['limit', limit] as const]);
    const producers = new Map([...graph.producers, ['ids', changed] as const]);
    const result = judgeRecognition({
      graph: { ...graph, nodes: [changed, ...nodes], constants, producers },
      outputName,
      maxTokens,
    });
    expect(result).toEqual({ isRefused: true });
  });

  test.each([2, 7, -3])('where token %i of a text is taken for its vector', (place) => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ opset: 17, seed: 2, head: { pooling: 'last_token' } });
    const graph = readGraph(model);
    const last = graph.nodes.findLast(({ operator }) => operator === 'Gather');
    const nodes = graph.nodes.map((node) => (node === last ? withInput(node, node.inputs[1] ?? '', 'place') : node));
    const constants = new Map([...graph.constants, ['place', scalar('int64', place)] as const]);
    const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    const result = judgeRecognition({ graph: { ...graph, nodes, constants, producers }, outputName, maxTokens });
    expect(result).toEqual({ isRefused: true });
  });
});

function withInput(node: GraphNode, from: string, to: string): GraphNode {
  return { ...node, inputs: node.inputs.map((name) => (name === from ? to : name)) };
}
