import { describe, expect, test } from 'vitest';
import { POOLINGS } from '../../../../src/api/vocabulary.js';
import { BadRequestError, ModelLoadError } from '../../../../src/errors/errors.js';
import type { ChosenRecipe } from '../../../../src/ports/worker-api.js';
import type { FileRecipe } from '../../../../src/runtime/recipe/model-recipe.js';
import { NO_MODULES, type ModulePlan, type PoolingMode } from '../../../../src/runtime/recipe/module-plan.js';
import {
  needsTokenVectors,
  resolveRecipe,
  type ResolvedRecipe,
} from '../../../../src/runtime/recipe/resolve-recipe.js';
import { catchError } from '../../../support/catch-error.js';

/** Known to pool by CLS with a prompt for queries, 512 tokens. */
const BGE = 'bge-small-en-v1.5';
const MINI_LM = 'all-MiniLM-L6-v2';

/** What is known and chosen of a model, where that matters. */
interface Given {
  readonly canonicalName?: string;
  readonly chosen?: ChosenRecipe;
  /** What the model's files say. */
  readonly files?: Partial<FileRecipe>;
  readonly output?: 'last_hidden_state' | 'token_embeddings' | 'sentence_embedding';
}

const SILENT: FileRecipe = { vocabularySize: 10, plan: NO_MODULES, hasModules: false, lowercases: false };

function resolve({ canonicalName = 'unknown', chosen = {}, files = {}, output }: Given): ResolvedRecipe {
  const name = output ?? 'last_hidden_state';
  const recipe = { ...SILENT, ...(files.plan && { hasModules: true }), ...files };
  return resolveRecipe({ canonicalName, chosen }, recipe, { name, isPooled: name === 'sentence_embedding' });
}

function poolBy(...modes: PoolingMode[]): { plan: ModulePlan } {
  return { plan: { ...NO_MODULES, pooling: { modes, includesPrompt: true } } };
}

function withNormalize(...modes: PoolingMode[]): { plan: ModulePlan } {
  return { plan: { ...poolBy(...modes).plan, onVectors: [{ kind: 'normalize' }] } };
}

describe('resolveRecipe', () => {
  test('takes everything from the files of a model that is not known', () => {
    const files = { ...poolBy('max'), vocabularySize: 99, maxTokens: 64, width: 5, lowercases: true };
    expect(resolve({ files: { ...files, prompts: { query: 'Q ' } } })).toEqual({
      plan: files.plan,
      pooling: 'max',
      scale: 'unit',
      width: 5,
      maxTokens: 64,
      vocabularySize: 99,
      lowercases: true,
      prompts: { query: 'Q ', document: '' },
    });
  });

  test('takes everything but the vocabulary from the registry where files say nothing', () => {
    expect(resolve({ canonicalName: BGE })).toMatchObject({
      vocabularySize: 10,
      pooling: 'cls',
      scale: 'unit',
      maxTokens: 512,
      prompts: { query: 'Represent this sentence for searching relevant passages: ' },
    });
  });

  test('scales vectors, has no prompts and cuts at 512 tokens where nobody says otherwise', () => {
    expect(resolve({ files: poolBy('mean') })).toMatchObject({ scale: 'unit', prompts: {}, maxTokens: 512 });
  });

  test("prefers the model's own files to the registry", () => {
    const recipe = resolve({
      canonicalName: BGE,
      files: { ...poolBy('mean'), maxTokens: 64, prompts: { query: 'own ' } },
    });
    expect(recipe).toMatchObject({ pooling: 'mean', maxTokens: 64, prompts: { query: 'own ' } });
  });

  test("takes the registry's prompts where files have but empty ones", () => {
    const { prompts } = resolve({ canonicalName: 'e5-small-v2', files: { prompts: { query: '', document: '' } } });
    expect(prompts).toMatchObject({ query: 'query: ', document: 'passage: ' });
  });

  test('prefers the limit and the prompts that the app chose to either', () => {
    const chosen = { maxTokens: 32, prompts: { query: '' } };
    const recipe = resolve({ canonicalName: BGE, files: { maxTokens: 64, prompts: { query: 'own ' } }, chosen });
    expect(recipe).toMatchObject({ maxTokens: 32, prompts: {} });
  });

  test("refuses a prompt for every text that the files don't have", () => {
    const error = catchError(() => resolve({ files: { ...poolBy('mean'), defaultPrompt: 'STS' } }));
    expect(error).toMatchObject({ code: 'model_unsupported' });
    expect(String(error)).toContain("'STS'");
  });
});

describe('resolveRecipe on the length of vectors', () => {
  const unscaled = { normalize: false };

  test.each<[what: string, given: Given, scale: string]>([
    ['unit, with a Normalize module', { files: withNormalize('mean') }, 'unit'],
    ['unit, without one', { files: poolBy('mean') }, 'unit'],
    ['its own when the app wants it', { files: poolBy('mean'), chosen: unscaled }, 'none'],
    ['unit but for cuts when the app wants its own', { files: withNormalize('mean'), chosen: unscaled }, 'unit-uncut'],
    ['unit but for cuts where only the registry knows', { canonicalName: MINI_LM, chosen: unscaled }, 'unit-uncut'],
    ['that of the graph', { files: { hasModules: true }, output: 'sentence_embedding', chosen: unscaled }, 'none'],
    [
      'that of a graph whose modules scale',
      { files: withNormalize('mean'), output: 'sentence_embedding', chosen: unscaled },
      'unit-uncut',
    ],
  ])('is %s', (_what, given, scale) => {
    expect(resolve(given).scale).toBe(scale);
  });

  test('is one space for two copies of a model, of which one lacks Normalize', () => {
    const [one, other] = [withNormalize('mean'), poolBy('mean')].map((files) => resolve({ files }));
    expect([one?.pooling, one?.scale]).toEqual([other?.pooling, other?.scale]);
  });
});

describe('resolveRecipe on pooling', () => {
  test('leaves it to the graph where that pools by itself, whatever else is known', () => {
    const obstacle = { plan: { ...poolBy('mean').plan, obstacle: 'needs more' } };
    for (const files of [{}, poolBy('mean'), obstacle]) {
      const { pooling, plan } = resolve({ canonicalName: BGE, files, output: 'sentence_embedding' });
      expect([pooling, plan.pooling]).toEqual(['model', undefined]);
    }
  });

  test('expects of such a graph the width of its last dense module', () => {
    const dense = {
      kind: 'dense',
      path: '2_Dense',
      inputs: 4,
      outputs: 2,
      hasBias: true,
      activation: 'tanh',
      addsInput: false,
    } as const;
    const files = { plan: { ...poolBy('mean').plan, onVectors: [dense, { kind: 'normalize' } as const] } };
    expect(resolve({ files, output: 'sentence_embedding' }).pooledWidth).toBe(2);
    expect(resolve({ files })).not.toHaveProperty('pooledWidth');
    expect(resolve({ files }).pooling).toBe('mean>dense');
  });

  test.each(POOLINGS)("refuses the app's %s where the graph pools by itself", (pooling) => {
    const error = catchError(() => resolve({ chosen: { pooling }, output: 'sentence_embedding' }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'pooling' });
  });

  test.each(POOLINGS)("takes the app's %s where nothing is known", (pooling) => {
    expect(resolve({ chosen: { pooling } }).pooling).toBe(pooling);
  });

  test("refuses the app's pooling where the files say another, and takes it where they say the same", () => {
    for (const files of [poolBy('mean'), poolBy('cls', 'mean')]) {
      const error = catchError(() => resolve({ files, chosen: { pooling: 'cls' } }));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'pooling' });
    }
    expect(resolve({ files: poolBy('cls'), chosen: { pooling: 'cls' } }).pooling).toBe('cls');
  });

  test.each<[what: string, given: Given]>([
    ['nobody says how', {}],
    [
      'modules lack pooling, whatever the registry says of such a model',
      { canonicalName: BGE, files: { hasModules: true } },
    ],
  ])('asks for it where %s', (_what, given) => {
    const error = catchError(() => resolve(given));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', param: 'pooling' });
    expect(String(error)).toContain("Pass pooling: 'mean', 'cls' or 'last_token'");
  });

  test('refuses a model that something stands in the way of, even when the app says how to pool', () => {
    const files = { plan: { ...poolBy('mean').plan, obstacle: "needs its 'Router' module" } };
    for (const chosen of [{}, { pooling: 'mean' }] as const) {
      const error = catchError(() => resolve({ files, chosen }));
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
      expect(String(error)).toContain("'Router'");
    }
  });

  test('refuses the one output of a graph whose model sends queries another way than documents', () => {
    const files = { plan: { ...poolBy('mean').plan, hasRoutes: true } };
    const error = catchError(() => resolve({ files, output: 'sentence_embedding' }));
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', param: 'model' });
    expect(String(error)).toContain('queries and documents take different ways');
  });

  test('refuses files that pool as no known model does, under the name of one', () => {
    const withoutPrompt = { plan: { ...NO_MODULES, pooling: { modes: ['mean'], includesPrompt: false } } } as const;
    for (const files of [poolBy('mean', 'cls'), withoutPrompt]) {
      const error = catchError(() => resolve({ canonicalName: MINI_LM, files }));
      expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', param: 'model' });
      expect(String(error)).toContain(`which '${MINI_LM}' doesn't`);
    }
    expect(resolve({ canonicalName: MINI_LM, files: poolBy('max') }).pooling).toBe('max');
  });

  test('refuses token vectors of which it is not clear whether modules have changed them', () => {
    const files = { plan: { ...poolBy('mean').plan, onTokens: [{ kind: 'normalize' } as const] } };
    expect(catchError(() => resolve({ files, output: 'token_embeddings' }))).toMatchObject({
      code: 'model_unsupported',
    });
    expect(resolve({ files }).pooling).toBe('normalize>mean');
  });

  test('takes token vectors of a model that leaves its prompts out, since a graph that pools has them in', () => {
    const plan = { ...NO_MODULES, pooling: { modes: ['mean'], includesPrompt: false } } as const;
    const files = { plan, hasModules: true, prompts: { query: 'Q ' } };
    const request = { canonicalName: 'unknown', chosen: {} };
    expect(needsTokenVectors(request, { ...SILENT, ...files })).toBe(true);
    expect(needsTokenVectors(request, { ...SILENT, ...files, prompts: { query: '' } })).toBe(false);
    expect(needsTokenVectors({ ...request, chosen: { prompts: { query: 'Q ' } } }, { ...SILENT, plan })).toBe(true);
    expect(resolve({ files, output: 'token_embeddings' }).pooling).toBe('mean-without-prompt');
    expect(catchError(() => resolve({ files, output: 'sentence_embedding' }))).toMatchObject({
      code: 'model_unsupported',
    });
  });
});

describe('resolveRecipe on the limit of tokens', () => {
  const NOMIC = 'nomic-embed-text-v1.5';

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
    ['the registry, where it has a reason', { canonicalName: NOMIC, files: { maxTokens: 8192 } }, 2048],
    ['files below such a limit', { canonicalName: NOMIC, files: { maxTokens: 512 } }, 512],
    ['such a limit alone', { canonicalName: NOMIC }, 2048],
    ['the tokenizer', { files: { tokenizerLimit: 128, maxPositions: 512 } }, 128],
    ['the default', { files: { maxPositions: 1024 } }, 512],
    ['the network, below the files', { files: { maxTokens: 1024, maxPositions: 512 } }, 512],
    ['the network, below the registry', { canonicalName: BGE, files: { maxPositions: 256 } }, 256],
    ['the network, below the tokenizer', { files: { tokenizerLimit: 1024, maxPositions: 512 } }, 512],
    ['the network, below the default', { files: { maxPositions: 128 } }, 128],
  ])('follows %s', (_what, { files, ...given }, maxTokens) => {
    expect(resolve({ ...given, files: { ...poolBy('mean'), ...files } }).maxTokens).toBe(maxTokens);
  });

  test.each<[what: string, given: Given, most: number]>([
    ['the network was built for', { files: { maxPositions: 512 } }, 512],
    ['a known model is good for', { canonicalName: NOMIC, files: { maxPositions: 8192 } }, 2048],
  ])('refuses more than %s', (_what, { files, ...given }, most) => {
    const error = catchError(() =>
      resolve({ ...given, chosen: { maxTokens: most + 1 }, files: { ...poolBy('mean'), ...files } }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'integer_above_max_value', param: 'maxTokens', status: 400 });
    expect(String(error)).toContain(`at most ${String(most)}`);
  });
});
