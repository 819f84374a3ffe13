import { describe, expect, test } from 'vitest';
import type { GraphValue } from '../../../../src/runtime/onnx/read-values.js';
import { chooseOutput } from '../../../../src/runtime/recipe/graph-output.js';
import { catchError } from '../../../support/catch-error.js';

/** An output of that rank, of float32 unless it is another type. */
const make = (name: string, rank: number, type = 1): GraphValue => ({
  name,
  type,
  dims: [undefined, undefined, 8].slice(3 - rank),
});

describe('chooseOutput takes', () => {
  test.each<[outputs: GraphValue[], name: string, isPooled: boolean]>([
    [[make('last_hidden_state', 3)], 'last_hidden_state', false],
    [[make('token_embeddings', 3)], 'token_embeddings', false],
    [[make('sentence_embedding', 2)], 'sentence_embedding', true],
    [[make('token_embeddings', 3), make('sentence_embedding', 2)], 'sentence_embedding', true],
    [[make('token_embeddings', 3), make('last_hidden_state', 3)], 'last_hidden_state', false],
    [[make('last_hidden_state', 3), make('pooler_output', 2)], 'last_hidden_state', false],
    [[{ name: 'sentence_embedding' }], 'sentence_embedding', true],
    [[{ name: 'last_hidden_state' }], 'last_hidden_state', false],
    // Exports that don't follow sentence-transformers.
    [[make('embeddings', 2)], 'embeddings', true],
    [[make('text_embeds', 2), make('last_hidden', 3)], 'text_embeds', true],
    [[make('output_0', 3)], 'output_0', false],
    [[make('output_0', 2)], 'output_0', true],
    [[make('1234', 3, 10)], '1234', false],
    [[make('output', 3), make('present.0.key', 4)], 'output', false],
    [[make('output', 3), make('attentions.0', 3), make('pooler_output', 2)], 'output', false],
    [[make('output', 3), make('indices', 2, 7)], 'output', false],
  ])('from %j the output %s, pooled: %j', (outputs, name, isPooled) => {
    expect(chooseOutput(outputs)).toEqual({ name, isPooled });
  });

  test('a vector a token before a vector a text where that is asked for', () => {
    const outputs = [make('sentence_embedding', 2), make('token_embeddings', 3)];
    expect(chooseOutput(outputs, { prefersTokens: true })).toEqual({ name: 'token_embeddings', isPooled: false });
    expect(chooseOutput(outputs.slice(0, 1), { prefersTokens: true })).toEqual({
      name: 'sentence_embedding',
      isPooled: true,
    });
  });

  test('the one the app names, whatever else there is', () => {
    const outputs = [make('sentence_embedding', 2), make('logits', 2), make('last_hidden_state', 3)];
    expect(chooseOutput(outputs, { chosen: 'logits' })).toEqual({ name: 'logits', isPooled: true });
    expect(chooseOutput(outputs, { chosen: 'last_hidden_state' })).toEqual({
      name: 'last_hidden_state',
      isPooled: false,
    });
  });
});

describe('chooseOutput refuses', () => {
  test.each<[outputs: GraphValue[]]>([
    [[make('logits', 2)]],
    [[make('pooler_output', 2), make('attentions', 4)]],
    [[make('output_0', 3), make('output_1', 3)]],
    [[make('embeddings', 2), make('text_embeds', 2)]],
    [[make('indices', 2, 7)]],
    [[{ name: 'output_0' }]],
    [[]],
  ])('%j, of which none can be meant alone', (outputs) => {
    const error = catchError(() => chooseOutput(outputs));
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', param: 'output' });
    expect(String(error)).toContain(`outputs are ${outputs.map(({ name }) => name).join(', ')}; expected`);
  });

  test.each([
    ['vectors', /has none of that name; its outputs are last_hidden_state, cache, ids/],
    ['cache', /neither a vector a text nor a vector a token/],
    ['ids', /neither a vector a text nor a vector a token/],
  ])("an output the app names that can't be taken: %s", (chosen, message) => {
    const outputs = [make('last_hidden_state', 3), { ...make('cache', 3), dims: [1, 2, 3, 4] }, make('ids', 2, 7)];
    const error = catchError(() => chooseOutput(outputs, { chosen }));
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'invalid_value', param: 'output' });
    expect(String(error)).toMatch(message);
  });
});
