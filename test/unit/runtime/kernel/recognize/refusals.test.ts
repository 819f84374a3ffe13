import { describe, expect, test } from 'vitest';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { GraphError } from '../../../../../src/runtime/onnx/graph-error.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../../support/random-encoder.js';

function refuse(options: RandomEncoderOptions, maxTokens?: number, output?: string): unknown {
  const made = makeRandomEncoder(options);
  try {
    return recognizeEncoder(readGraph(made.model), {
      outputName: output ?? made.outputName,
      maxTokens: maxTokens ?? made.maxTokens,
    });
  } catch (error) {
    return error;
  }
}

describe('recognizeEncoder refuses', () => {
  test.each<[what: string, options: RandomEncoderOptions, message: string]>([
    ['what is added to scores', { oddity: 'score-bias' }, 'It adds something to the attention scores.'],
    ['the same at run time', { oddity: 'score-bias', opset: 14 }, 'It adds something to the attention scores.'],
    ['a window', { oddity: 'length-bias' }, 'It treats attention in long texts differently.'],
    ['gates', { oddity: 'gate' }, 'It multiplies or subtracts two things that depend on the tokens.'],
    ['an operator nobody has', { oddity: 'unknown-operator' }, 'It has the operator Selu where no encoder has it.'],
    ['a second input', { oddity: 'extra-input' }, "It has an input that isn't known: decoder_input_ids."],
    ['a small vocabulary', { vocabulary: 12 }, 'Its vocabulary is too small.'],
    ['a padding id', { paddingId: 20 }, 'Its padding token has the id 20, which is unusual.'],
  ])('%s', (_what, options, message) => {
    const error = refuse(options);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ message });
  });

  test('texts longer than its positions go', () => {
    expect(refuse({ maxTokens: 24 }, 25)).toBeInstanceOf(GraphError);
    expect(refuse({ maxTokens: 24 }, 23)).toMatchObject({ maxTokens: 23 });
  });

  test.each([0, 3, -8, NaN, 7.5, Infinity])('%d tokens', (maxTokens) => {
    expect(refuse({}, maxTokens)).toBeInstanceOf(GraphError);
  });

  test('an output that the graph lacks', () => {
    expect(refuse({}, 24, 'last_hidden_state')).toMatchObject({ message: 'It has no output last_hidden_state.' });
  });
});
