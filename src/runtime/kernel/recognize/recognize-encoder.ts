/**
 * Recognises a BERT-like encoder in a graph by evaluating it symbolically, so by structure alone: names don't matter, and
 * neither does the exporter.
 */
import { Evaluator, fillInputs } from '../../onnx/evaluate.js';
import { GraphError } from '../../onnx/graph-error.js';
import type { Graph } from '../../onnx/read-graph.js';
import { Tensor } from '../../onnx/tensor.js';
import type { Encoder } from '../encoder.js';
import { followIds } from './id-flow.js';
import { matchHead } from './match-head.js';
import { matchNetwork } from './match-layers.js';
import { ELEMENTWISE_RULES } from './rules-elementwise.js';
import { NETWORK_RULES } from './rules-network.js';
import { SHAPE_RULES } from './rules-shape.js';
import { isSameExpression } from './same-expression.js';
import type { Expression } from './expression.js';
import { isPlain, resolve } from './symbolic-tensor.js';
import { findEmbedding } from './token-embedding.js';
import { chooseIds } from './choose-ids.js';
import { Tracer, type Rule } from './tracer.js';

/** What is to be recognised. */
export interface RecognizeOptions {
  /** The output whose vectors are wanted. */
  readonly outputName: string;
  /** The longest text, in tokens, that the encoder is to take. */
  readonly maxTokens: number;
}

const RULES: ReadonlyMap<string, Rule> = new Map([...ELEMENTWISE_RULES, ...SHAPE_RULES, ...NETWORK_RULES]);

/** A text of fewer tells nothing of how one token differs from another. */
const MIN_TOKENS = 4;
/** Tokens of the text that the graph is followed for; few, but no size of any network. */
const TOKENS = 8;
/** Tokens of the long text: windows of local attention are shorter. */
const MANY_TOKENS = 512;

/**
 * The encoder that a graph computes, for single texts without padding. It may be of any size: whether something computes
 * it is for that to say.
 *
 * The graph is followed for one short text. What doesn't depend on the tokens' vectors is constant then and evaluated:
 * masks, shapes, positions. What is left is matched. Then the graph is followed for a long text, which has to go through
 * the same network.
 *
 * @throws GraphError when the graph isn't an encoder that is known; the message is one sentence that says why.
 */
export function recognizeEncoder(graph: Graph, { outputName, maxTokens }: RecognizeOptions): Encoder {
  if (!graph.outputs.includes(outputName)) throw new GraphError(`It has no output ${outputName}.`);
  if (!(Number.isInteger(maxTokens) && maxTokens >= MIN_TOKENS)) {
    throw new GraphError(`Its longest text ${maxTokens} isn't a whole number of at least ${MIN_TOKENS}.`);
  }
  const flow = followIds(graph, outputName);
  const { short, long } = chooseIds(graph, flow, Math.min(TOKENS, maxTokens), maxTokens);
  const tracer = new Tracer(graph, flow, short);
  const output = traceOutput(tracer, outputName);
  const { tokens, head } = matchHead(output);
  const { lookup, layers, embeddingNorm, finalNorm } = matchNetwork(tokens);
  const longest = new Evaluator(graph, fillInputs(graph, { ids: long }));
  const second = new Tracer(graph, flow, long.slice(0, MANY_TOKENS));
  tracer.check(second.evaluator);
  if (!isSameExpression(output, traceOutput(second, outputName)))
    throw new GraphError('It treats long texts differently.');
  const { table, positions } = findEmbedding({ graph, lookup, ids: short, longest, maxTokens });
  const width = lookup.shape[1] ?? 0;
  return {
    vocabularySize: table.scales.length,
    maxTokens,
    width: tokens.shape[1] ?? 0,
    embedding: { width, table, positions, ...(embeddingNorm && { norm: embeddingNorm }) },
    layers,
    ...(finalNorm && { finalNorm }),
    ...(head && { head }),
  };
}

function traceOutput(tracer: Tracer, outputName: string): Expression {
  const traced = tracer.trace(outputName, RULES);
  if (traced instanceof Tensor) throw new GraphError("It doesn't look its tokens up in a table.");
  const output = resolve(traced);
  if (!isPlain(output)) throw new GraphError('Its output is not one vector a token or one a text.');
  return output.base;
}
