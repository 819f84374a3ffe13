import { describe, expect, test } from 'vitest';
import type { ModelFiles } from '../../../../src/runtime/files/model-files.js';
import type { DenseModule, ModulePlan, PoolingMode, VectorModule } from '../../../../src/runtime/recipe/module-plan.js';
import { checkPooledWidth, Pipeline } from '../../../../src/runtime/host/pipeline.js';
import type { ResolvedRecipe } from '../../../../src/runtime/recipe/resolve-recipe.js';
import { writeSafetensors } from '../../../support/safetensors.js';
import { catchError, catchRejection } from '../../../support/catch-error.js';

/** Three tokens of two numbers. */
const TOKENS = { data: Float32Array.of(1, -2, 3, 4, -5, 6), count: 3, width: 2 };

const DENSE: DenseModule = {
  kind: 'dense',
  path: '2_Dense',
  inputs: 2,
  outputs: 3,
  hasBias: true,
  activation: 'identity',
  addsInput: false,
};

const WEIGHTS = {
  'linear.weight': { shape: [3, 2], values: [1, 0, 0, 1, 1, 1] },
  'linear.bias': { shape: [3], values: [0.5, 0, -1] },
  'residual.weight': { shape: [3, 2], values: [10, 0, 0, 10, 0, 0] },
  'norm.weight': { shape: [2], values: [2, 1] },
  'norm.bias': { shape: [2], values: [0, 1] },
};

interface Given {
  readonly modes?: readonly PoolingMode[];
  readonly onTokens?: readonly VectorModule[];
  readonly onVectors?: readonly VectorModule[];
  readonly scale?: ResolvedRecipe['scale'];
  readonly width?: number;
  readonly includesPrompt?: boolean;
  /** What the model's folder has besides. */
  readonly files?: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

async function load({
  modes = ['mean'],
  onTokens = [],
  onVectors = [],
  scale = 'none',
  width,
  includesPrompt = true,
  files,
}: Given): Promise<Pipeline> {
  const plan: ModulePlan = { onTokens, pooling: { modes, includesPrompt }, onVectors };
  const there = files ?? { '2_Dense/model.safetensors': writeSafetensors(WEIGHTS) };
  const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  const fetchOptional = (path: string): Promise<void> => {
    const content = there[path];
    if (content) bytes.set(path, content);
    return Promise.resolve();
  };
  const recipe = { plan, scale, ...(width !== undefined && { width }) } as ResolvedRecipe;
  return Pipeline.load(recipe, { bytes, fetchOptional } as unknown as ModelFiles);
}

async function embed(given: Given, promptTokens?: number): Promise<number[]> {
  return [...(await load(given)).fromTokens(TOKENS, promptTokens)];
}

function closeTo(values: readonly number[]): unknown {
  return values.map((value) => expect.closeTo(value, 5) as unknown);
}

describe('Pipeline', () => {
  test.each<[modes: PoolingMode[], vector: number[]]>([
    [['mean'], [-1 / 3, 8 / 3]], // prettier-ignore
    [['cls'], [1, -2]], // prettier-ignore
    [['last_token'], [-5, 6]], // prettier-ignore
    [['max'], [3, 6]], // prettier-ignore
    [['mean_sqrt_len'], [-1 / Math.sqrt(3), 8 / Math.sqrt(3)]], // prettier-ignore
    [['weighted_mean'], [(1 + 6 - 15) / 6, (-2 + 8 + 18) / 6]], // prettier-ignore
    [['max', 'cls'], [3, 6, 1, -2]], // prettier-ignore
  ])('pools by %j', async (modes, vector) => {
    expect(await embed({ modes })).toEqual(closeTo(vector));
  });

  test.each<[modes: PoolingMode[], vector: number[]]>([
    [['mean'], [-1, 5]], // prettier-ignore
    [['max'], [3, 6]], // prettier-ignore
    [['mean_sqrt_len'], [-2 / Math.sqrt(2), 10 / Math.sqrt(2)]], // prettier-ignore
    // Positions are those of the whole text.
    [['weighted_mean'], [(2 * 3 - 3 * 5) / 5, (2 * 4 + 3 * 6) / 5]], // prettier-ignore
    [['last_token'], [-5, 6]], // prettier-ignore
  ])('pools by %j without the tokens of a prompt', async (modes, vector) => {
    expect(await embed({ modes, includesPrompt: false }, 1)).toEqual(closeTo(vector));
  });

  test('pools the tokens of a prompt that counts', async () => {
    expect(await embed({ modes: ['cls'] }, 1)).toEqual([1, -2]);
  });

  test('gives only negative numbers by max where all are', async () => {
    const pipeline = await load({ modes: ['max'] });
    expect([...pipeline.fromTokens({ data: Float32Array.of(-3, -1), count: 2, width: 1 })]).toEqual([-1]);
  });

  test.each<[what: string, module: DenseModule, vector: number[]]>([
    ['with a bias', DENSE, [1.5, -2, -2]],
    ['without one', { ...DENSE, hasBias: false }, [1, -2, -1]],
    ['with tanh', { ...DENSE, activation: 'tanh' }, [1.5, -2, -2].map(Math.tanh)],
    ['with ReLU', { ...DENSE, activation: 'relu' }, [1.5, 0, 0]],
    ['with a sigmoid', { ...DENSE, activation: 'sigmoid' }, [1.5, -2, -2].map((x) => 1 / (1 + Math.exp(-x)))],
    ['with GELU', { ...DENSE, activation: 'gelu' }, [1.39979, -0.0455, -0.0455]],
    ['with what went in, made as wide', { ...DENSE, addsInput: true }, [11.5, -22, -2]],
  ])('computes a dense module %s', async (_what, module, vector) => {
    expect(await embed({ modes: ['cls'], onVectors: [module] })).toEqual(closeTo(vector));
  });

  test('adds what went into a dense module that keeps the width', async () => {
    const weights = {
      'linear.weight': { shape: [2, 2], values: [1, 1, 0, 1] },
      'linear.bias': { shape: [2], values: [0, 0] },
    };
    const files = { '2_Dense/model.safetensors': writeSafetensors(weights) };
    const module = { ...DENSE, outputs: 2, addsInput: true };
    expect(await embed({ modes: ['cls'], onVectors: [module], files })).toEqual([0, -4]);
  });

  test('normalises each token before it pools', async () => {
    const [x = 0, y = 0] = await embed({ modes: ['mean'], onTokens: [{ kind: 'normalize' }] });
    expect(x).toBeCloseTo((1 / Math.sqrt(5) + 3 / 5 - 5 / Math.sqrt(61)) / 3, 5);
    expect(y).toBeCloseTo((-2 / Math.sqrt(5) + 4 / 5 + 6 / Math.sqrt(61)) / 3, 5);
  });

  test('widens each token before it pools', async () => {
    expect(await embed({ modes: ['max'], onTokens: [DENSE] })).toEqual([3.5, 6, 6]);
  });

  test('computes layer normalisation with its weights', async () => {
    const files = { '2_LayerNorm/model.safetensors': writeSafetensors(WEIGHTS) };
    const vector = await embed({ modes: ['cls'], onVectors: [{ kind: 'layer-norm', path: '2_LayerNorm' }], files });
    expect(vector).toEqual(closeTo([2, 0]));
  });

  test('cuts after scaling, and scales again unless lengths are to stay', async () => {
    const given = { modes: ['cls', 'last_token'], onVectors: [{ kind: 'normalize' }], width: 2 } as const;
    const size = Math.sqrt(1 + 4 + 25 + 36);
    expect(await embed({ ...given, scale: 'unit-uncut' })).toEqual(closeTo([1 / size, -2 / size]));
    expect(await embed({ ...given, scale: 'unit' })).toEqual(closeTo([1 / Math.sqrt(5), -2 / Math.sqrt(5)]));
  });

  test('scales what no module scales, and leaves it where that is not wanted', async () => {
    expect(Math.hypot(...(await embed({ scale: 'unit' })))).toBeCloseTo(1, 6);
    expect(await embed({ scale: 'none', modes: ['cls'] })).toEqual([1, -2]);
  });

  test('goes on from what a graph has pooled', async () => {
    const pipeline = await load({ onVectors: [{ kind: 'normalize' }] });
    expect([...pipeline.fromPooled(Float32Array.of(3, 4))]).toEqual(closeTo([0.6, 0.8]));
  });

  test.each<[what: string, files: NonNullable<Given['files']>, part: string]>([
    ['are only there as a pickle', {}, 'pytorch_model.bin'],
    [
      'are in no such format',
      { '2_Dense/model.safetensors': Uint8Array.of(1, 2, 3) },
      "isn't in the safetensors format",
    ],
    ['are of another shape', { '2_Dense/model.safetensors': writeSafetensors({ 'linear.weight': { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] } }) }, 'linear.weight [3, 2]'], // prettier-ignore
  ])('refuses a module whose weights %s', async (_what, files, part) => {
    const error = await catchRejection(load({ onVectors: [DENSE], files }));
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported' });
    expect(String(error)).toContain(part);
  });

  test('refuses vectors of another width than a module takes', async () => {
    const error = await catchRejection(embed({ modes: ['cls', 'max'], onVectors: [DENSE] }));
    expect(error).toMatchObject({ code: 'model_unsupported' });
    expect(String(error)).toContain('vectors of 2 numbers, but its graph gives 4');
  });
});

describe('checkPooledWidth', () => {
  test("refuses a graph that lacks the module which would change its vectors' width", () => {
    const check = (pooledWidth: number | undefined, width: number): unknown =>
      catchError(() => {
        checkPooledWidth(pooledWidth === undefined ? {} : { pooledWidth }, width);
      });
    expect(check(16, 32)).toMatchObject({ code: 'model_unsupported' });
    expect(String(check(16, 32))).toContain('vectors of 16 numbers, but its graph gives 32');
  });
});
