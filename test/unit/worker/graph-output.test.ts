import { describe, expect, test } from 'vitest';
import { ModelLoadError } from '../../../src/errors/errors.js';
import { chooseOutput } from '../../../src/worker/graph-output.js';
import { catchError } from '../catch-error.js';

describe('chooseOutput', () => {
  test.each<[names: string[], name: string, isPooled: boolean]>([
    [['last_hidden_state'], 'last_hidden_state', false],
    [['token_embeddings'], 'token_embeddings', false],
    [['sentence_embedding'], 'sentence_embedding', true],
    [['token_embeddings', 'sentence_embedding'], 'sentence_embedding', true],
    [['last_hidden_state', 'sentence_embedding'], 'sentence_embedding', true],
    [['token_embeddings', 'last_hidden_state'], 'last_hidden_state', false],
    [['last_hidden_state', 'pooler_output'], 'last_hidden_state', false],
    [['present.0.key', 'present.0.value', 'last_hidden_state'], 'last_hidden_state', false],
  ])('takes from %j the output %s, pooled: %j', (names, name, isPooled) => {
    expect(chooseOutput(names)).toEqual({ name, isPooled });
  });

  test.each([[['logits']], [['pooler_output', 'attentions']], [['Last_Hidden_State']], [[]]])(
    'refuses %j, which no embedding model has, by name',
    (names) => {
      const error = catchError(() => chooseOutput(names));
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
      expect(String(error)).toContain(
        `outputs are ${names.join(', ')}; expected sentence_embedding, last_hidden_state, token_embeddings.`,
      );
    },
  );
});
