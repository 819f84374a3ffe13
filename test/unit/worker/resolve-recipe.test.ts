import { describe, expect, test } from 'vitest';
import { POOLINGS } from '../../../src/api/vocabulary.js';
import { BadRequestError, ModelLoadError } from '../../../src/errors/errors.js';
import type { ModelRecipe } from '../../../src/protocol/worker-api.js';
import type { FileRecipe } from '../../../src/worker/model-recipe.js';
import { resolveRecipe, type ResolvedRecipe } from '../../../src/worker/resolve-recipe.js';
import { catchError } from '../catch-error.js';

/** Known to pool by CLS with a prompt for queries, 512 tokens. */
const BGE = 'bge-small-en-v1.5';

/** What is known and chosen of a model, where that matters. */
interface Given {
  readonly canonicalName?: string;
  readonly chosen?: ModelRecipe;
  /** What the model's files say. */
  readonly files?: Partial<FileRecipe>;
  readonly poolsItself?: boolean;
}

function resolve({ canonicalName = 'unknown', chosen = {}, files = {}, poolsItself = false }: Given): ResolvedRecipe {
  return resolveRecipe({ canonicalName, chosen }, { vocabularySize: 10, ...files }, poolsItself);
}

describe('resolveRecipe', () => {
  test('takes everything from the files of a model that is not known', () => {
    const files = {
      vocabularySize: 99,
      pooling: 'mean',
      normalize: false,
      maxTokens: 64,
      prompts: { query: 'Q ' },
    } as const;
    expect(resolve({ files })).toEqual(files);
  });

  test('takes everything but the vocabulary from the registry where files say nothing', () => {
    expect(resolve({ canonicalName: BGE })).toEqual({
      vocabularySize: 10,
      pooling: 'cls',
      normalize: true,
      maxTokens: 512,
      prompts: { query: 'Represent this sentence for searching relevant passages: ' },
    });
  });

  test('scales vectors, has no prompts and cuts at 512 tokens where nobody says otherwise', () => {
    expect(resolve({ files: { pooling: 'mean' } })).toMatchObject({ normalize: true, prompts: {}, maxTokens: 512 });
  });

  test("prefers the model's own files to the registry", () => {
    const files = { pooling: 'mean', normalize: false, maxTokens: 64, prompts: { query: 'own ' } } as const;
    expect(resolve({ canonicalName: BGE, files })).toMatchObject(files);
  });

  test('prefers what the app chose to either', () => {
    const chosen = { pooling: 'last_token', maxTokens: 32 } as const;
    expect(resolve({ canonicalName: BGE, files: { pooling: 'mean', maxTokens: 64 }, chosen })).toMatchObject(chosen);
  });
});

describe('resolveRecipe on pooling', () => {
  test('leaves it to the graph where that pools by itself, whatever else is known', () => {
    for (const files of [{}, { pooling: 'mean' }, { unsupportedModule: 'Dense' }] as const) {
      expect(resolve({ canonicalName: BGE, files, poolsItself: true }).pooling).toBe('model');
    }
  });

  test.each(POOLINGS)("refuses the app's %s where the graph pools by itself", (pooling) => {
    const error = catchError(() => resolve({ chosen: { pooling }, poolsItself: true }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'pooling' });
  });

  test.each(POOLINGS)("takes the app's %s where nothing is known", (pooling) => {
    expect(resolve({ chosen: { pooling } }).pooling).toBe(pooling);
  });

  test.each<[what: string, given: Given]>([
    ['nobody says how', {}],
    ['the graph was expected to pool and does not', { chosen: { pooling: 'model' } }],
  ])('asks for it where %s', (_what, given) => {
    const error = catchError(() => resolve(given));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', param: 'pooling' });
    expect(String(error)).toContain("Pass pooling: 'mean', 'cls' or 'last_token'");
  });

  test('refuses a model whose token vectors lack a module, by its name, even when the app says how to pool', () => {
    for (const chosen of [{}, { pooling: 'mean' }] as const) {
      const error = catchError(() => resolve({ files: { pooling: 'mean', unsupportedModule: 'Dense' }, chosen }));
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
      expect(String(error)).toContain("'Dense'");
    }
  });
});

describe('resolveRecipe on the limit of tokens', () => {
  test.each<[what: string, given: Given, maxTokens: number]>([
    ['the app, below all others', { chosen: { maxTokens: 32 }, files: { maxTokens: 64, maxPositions: 512 } }, 32],
    [
      "the app, above the model's own",
      { chosen: { maxTokens: 300 }, files: { maxTokens: 64, maxPositions: 512 } },
      300,
    ],
    ['the app, as far as the network goes', { chosen: { maxTokens: 512 }, files: { maxPositions: 512 } }, 512],
    ['the app, where the network has no limit', { chosen: { maxTokens: 9000 } }, 9000],
    ["the model's files", { canonicalName: BGE, files: { maxTokens: 64, tokenizerLimit: 128, maxPositions: 512 } }, 64],
    ['the registry', { canonicalName: BGE, files: { tokenizerLimit: 128, maxPositions: 1024 } }, 512],
    ['the tokenizer', { files: { tokenizerLimit: 128, maxPositions: 512 } }, 128],
    ['the default', { files: { maxPositions: 1024 } }, 512],
    ['the network, below the files', { files: { maxTokens: 1024, maxPositions: 512 } }, 512],
    ['the network, below the registry', { canonicalName: BGE, files: { maxPositions: 256 } }, 256],
    ['the network, below the tokenizer', { files: { tokenizerLimit: 1024, maxPositions: 512 } }, 512],
    ['the network, below the default', { files: { maxPositions: 128 } }, 128],
  ])('follows %s', (_what, { files, ...given }, maxTokens) => {
    expect(resolve({ ...given, files: { pooling: 'mean', ...files } }).maxTokens).toBe(maxTokens);
  });

  test('refuses more than the network was built for', () => {
    const error = catchError(() =>
      resolve({ chosen: { maxTokens: 513 }, files: { pooling: 'mean', maxPositions: 512 } }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'integer_above_max_value', param: 'maxTokens', status: 400 });
    expect(String(error)).toContain('at most 512');
  });
});
