import { describe, expect, test } from 'vitest';
import { BUNDLED_MODEL, findKnownModel } from '../../../src/models/registry.js';

describe('findKnownModel', () => {
  test('knows the bundled model', () => {
    expect(findKnownModel(BUNDLED_MODEL)).toMatchObject({
      canonicalName: 'universal-sentence-encoder-lite',
      recipe: { maxTokens: 128, normalize: true },
    });
  });

  test.each(['sentence-transformers/all-MiniLM-L6-v2', 'Xenova/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'])(
    'knows %s as one and the same model, whose limit is 256 tokens',
    (id) => {
      expect(findKnownModel(id)).toMatchObject({
        canonicalName: 'all-MiniLM-L6-v2',
        recipe: { pooling: 'mean', normalize: true, maxTokens: 256 },
      });
    },
  );

  test.each(['', 'owner/all-MiniLM-L6-v2', 'all-minilm-l6-v2', 'all-MiniLM-L6', 'toString'])(
    'knows nothing of "%s"',
    (id) => {
      expect(findKnownModel(id)).toBeUndefined();
    },
  );
});
