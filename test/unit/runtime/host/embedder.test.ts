import { describe, expect, test, vi, type Mock } from 'vitest';
import type { Device } from '../../../../src/api/vocabulary.js';
import type { EmbeddedBatch, EmbedItem } from '../../../../src/ports/worker-api.js';
import { Embedder } from '../../../../src/runtime/host/embedder.js';
import { Pipeline } from '../../../../src/runtime/host/pipeline.js';
import type { PoolingMode } from '../../../../src/runtime/recipe/module-plan.js';
import type { ResolvedRecipe } from '../../../../src/runtime/recipe/resolve-recipe.js';
import type { Runtime } from '../../../../src/runtime/host/runtime.js';
import { catchRejection } from '../../../support/catch-error.js';

/** Ids of the tokens that a tokenizer puts around every text. */
const [START, END] = [1, 2];

const RECIPE: ResolvedRecipe = {
  ...poolBy('mean'),
  pooling: 'mean',
  scale: 'none',
  lowercases: false,
  maxTokens: 64,
  vocabularySize: 1000,
  prompts: { query: 'q', document: '' },
};

/** A recipe's plan that does nothing but pool. */
function poolBy(mode: PoolingMode, includesPrompt = true): Pick<ResolvedRecipe, 'plan'> {
  return { plan: { onTokens: [], pooling: { modes: [mode], includesPrompt }, onVectors: [] } };
}

function create(runtime: Runtime, recipe: ResolvedRecipe, device: Device, dtype: 'q8' | 'fp32'): Promise<Embedder> {
  return Embedder.create(runtime, recipe, new Pipeline(recipe, [], []), { device, dtype, subject: '' });
}

/** A token's vector: its id, and one. */
function tokenVector(id: number): number[] {
  return [id, 1];
}

/** A runtime whose runs can be looked at. */
type FakeRuntime = Omit<Runtime, 'run'> & { readonly run: Mock<Runtime['run']> };

/** Every letter is a token, its character code; a run gives {@link tokenVector} by token, or their means where it pools. */
function makeRuntime(poolsInGraph: boolean): FakeRuntime {
  return {
    specialTokens: { prefix: [START], suffix: [END] },
    poolsInGraph,
    tokenize: (text) => [START, ...Array.from(text, (letter) => letter.charCodeAt(0)), END],
    locate: () => ({ ids: [], ranges: [] }),
    run: vi.fn<Runtime['run']>((batch, length) => {
      const padded = batch.map((ids) => [...ids, ...new Array<number>(length - ids.length).fill(999)]);
      const data = poolsInGraph ? batch.flatMap(meanVector) : padded.flat().flatMap(tokenVector);
      return Promise.resolve({ data: new Float32Array(data), dimensions: 2 });
    }),
  };
}

function meanVector(ids: readonly number[]): number[] {
  return [ids.reduce((sum, id) => sum + id, 0) / ids.length, 1];
}

/** An embedder on a device, and its runtime, whose first run has been forgotten. */
async function makeEmbedder(
  device: Device,
  recipe: Partial<ResolvedRecipe> = {},
): Promise<{ embedder: Embedder; runtime: FakeRuntime }> {
  const runtime = makeRuntime(device === 'webgpu');
  const embedder = await create(runtime, { ...RECIPE, ...recipe }, device, 'fp32');
  runtime.run.mockClear();
  return { embedder, runtime };
}

function texts(...contents: readonly EmbedItem['content'][]): { items: EmbedItem[] } {
  return { items: contents.map((content) => ({ content, truncate: 'end' })) };
}

function rowsOf({ vectors }: EmbeddedBatch): number[][] {
  return Array.from({ length: vectors.length / 2 }, (_, row) => [...vectors.subarray(row * 2, row * 2 + 2)]);
}

describe('Embedder', () => {
  test('runs once when it is made, so that its width is known', async () => {
    const runtime = makeRuntime(false);
    const { model } = await create(runtime, RECIPE, 'wasm', 'q8');
    const { pooling, scale, maxTokens, vocabularySize, prompts } = RECIPE;
    expect(model).toEqual({
      subject: '',
      pooling,
      scale,
      maxTokens,
      vocabularySize,
      prompts,
      dtype: 'q8',
      dimensions: 2,
    });
    expect(runtime.run).toHaveBeenCalledOnce();
  });

  test('refuses a token that the graph has no row for, whatever its configuration promises, and that text alone', async () => {
    const runtime = { ...makeRuntime(false), vocabularySize: 100 };
    const embedder = await create(runtime, RECIPE, 'wasm', 'q8');
    expect(embedder.model.vocabularySize).toBe(100);
    const { rejected, tokenCounts } = await embedder.embed(texts([5, 99], [5, 100], [7]));
    expect(rejected).toMatchObject([{ index: 1, error: { code: 'integer_above_max_value', param: 'input' } }]);
    expect([...tokenCounts]).toEqual([2, 0, 1]);
  });

  test.each(['wasm', 'webgpu'] as const)(
    'gives rows in the order of the items on %s, however they run',
    async (device) => {
      const { embedder } = await makeEmbedder(device);
      const contents = ['x'.repeat(40), 'a', 'b'.repeat(20), 'c', 'dd', 'e'.repeat(39)];
      const batch = await embedder.embed(texts(...contents));
      const ids = contents.map((text) => [START, ...Array.from(text, (letter) => letter.charCodeAt(0)), END]);
      const expected = ids.map((each) => meanVector(each).map(Math.fround));
      expect(rowsOf(batch)).toEqual(expected);
      expect([...batch.tokenCounts]).toEqual(ids.map(({ length }) => length));
      expect(batch.rejected).toEqual([]);
    },
  );

  test('runs one text at a time, unpadded, on WASM', async () => {
    const { embedder, runtime } = await makeEmbedder('wasm');
    await embedder.embed(texts('abc', 'a', 'abc'));
    expect(runtime.run.mock.calls.map(([batch, length]) => [batch.length, length])).toEqual([
      [1, 3],
      [1, 5],
      [1, 5],
    ]);
  });

  test('runs texts of like length together, padded, on WebGPU', async () => {
    const { embedder, runtime } = await makeEmbedder('webgpu');
    await embedder.embed(texts('abc', 'a', 'a'.repeat(20), 'abcd', 'ab'));
    expect(runtime.run.mock.calls.map(([batch, length]) => [batch.length, length])).toEqual([
      [4, 16],
      [1, 24],
    ]);
  });

  test.each<[mode: PoolingMode, row: number[]]>([
    ['mean', [(START + 97 + 98 + END) / 4, 1]],
    ['cls', [START, 1]],
    ['last_token', [END, 1]],
  ])('pools by %s where the graph gives token vectors', async (mode, row) => {
    const { embedder } = await makeEmbedder('wasm', poolBy(mode));
    expect(rowsOf(await embedder.embed(texts('ab')))).toEqual([row]);
  });

  test.each(['wasm', 'webgpu'] as const)('scales to unit length on %s where the recipe says so', async (device) => {
    const { embedder } = await makeEmbedder(device, { scale: 'unit' });
    for (const [x = 0, y = 0] of rowsOf(await embedder.embed(texts('ab', 'c')))) {
      expect(Math.hypot(x, y)).toBeCloseTo(1, 6);
    }
  });

  test("puts the task's prompt before a text, not before tokens", async () => {
    const { embedder, runtime } = await makeEmbedder('wasm');
    await embedder.embed({
      items: [
        { content: 'a', task: 'query', truncate: 'end' },
        { content: 'a', task: 'document', truncate: 'end' },
        { content: [97], task: 'query', truncate: 'end' },
      ],
    });
    const seen = runtime.run.mock.calls.map(([batch]) => batch[0]);
    expect(seen).toEqual([[97], [START, 97, END], [START, 113, 97, END]]);
  });

  test('puts the prompt for every text before a text without a task, and counts it', async () => {
    const { embedder } = await makeEmbedder('wasm', { prompts: { default: 'dd', query: 'q' } });
    const { tokenCounts } = await embedder.embed(texts('a', [97]));
    expect([...tokenCounts]).toEqual([5, 1]);
    expect([...embedder.countTokens({ texts: ['a'] }).counts]).toEqual([5]);
    expect([...embedder.countTokens({ texts: ['a'], task: 'query' }).counts]).toEqual([4]);
  });

  test('turns text and prompt to lower case where the model wants it', async () => {
    const { embedder, runtime } = await makeEmbedder('wasm', { lowercases: true, prompts: { query: 'Q' } });
    await embedder.embed({ items: [{ content: 'AÄ', task: 'query', truncate: 'end' }] });
    expect(runtime.run.mock.calls[0]?.[0]).toEqual([[START, 113, 97, 228, END]]);
  });

  test.each<[what: string, maxTokens: number, truncate: EmbedItem['truncate'], counted: number[]]>([
    ['of a whole text', 64, 'end', [97, 98, END]],
    ['of one whose end was cut', 4, 'end', [97, END]],
    ['of one whose prompt was cut', 4, 'start', [97, 98, END]],
  ])("leaves the prompt's tokens out of the mean %s", async (_what, maxTokens, truncate, counted) => {
    const { embedder } = await makeEmbedder('wasm', { ...poolBy('mean', false), maxTokens });
    const { vectors } = await embedder.embed({ items: [{ content: 'ab', task: 'query', truncate }] });
    expect(vectors[0]).toBeCloseTo(counted.reduce((sum, id) => sum + id, 0) / counted.length, 4);
  });

  test.each(['mean', 'max', 'last_token', 'mean_sqrt_len', 'weighted_mean'] as const)(
    'refuses by itself a text that leaves nothing to pool by %s, and embeds the others',
    async (mode) => {
      const letters = (text: string): number[] => Array.from(text.trimEnd(), (letter) => letter.charCodeAt(0));
      const bare = { ...makeRuntime(false), specialTokens: { prefix: [], suffix: [] }, tokenize: letters };
      const prompts = { query: 'q', document: 'p'.repeat(100) };
      const embedder = await create(bare, { ...RECIPE, ...poolBy(mode, false), prompts }, 'wasm', 'q8');
      const item = (content: string, task: 'query' | 'document'): EmbedItem => ({ content, task, truncate: 'end' });
      const batch = await embedder.embed({ items: [item(' ', 'query'), item('abc', 'document'), item('a', 'query')] });
      expect(batch.rejected).toMatchObject([
        { index: 0, error: { code: 'invalid_value', param: 'input' } },
        { index: 1, error: { code: 'context_length_exceeded', param: 'input' } },
      ]);
      expect(rowsOf(batch)[2]?.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    },
  );

  test('pools every token where there is no prompt, though prompts do not count', async () => {
    const { embedder } = await makeEmbedder('wasm', poolBy('mean', false));
    expect(rowsOf(await embedder.embed(texts('a', [97])))).toEqual([
      [(START + 97 + END) / 3, 1].map(Math.fround),
      [97, 1],
    ]);
  });

  test('cuts what is over the limit, and says so', async () => {
    const { embedder } = await makeEmbedder('wasm', { maxTokens: 4 });
    const batch = await embedder.embed(texts('abcdef', 'ab'));
    expect([...batch.tokenCounts]).toEqual([4, 4]);
    expect([...batch.truncated]).toEqual([1, 0]);
  });
});

describe('Embedder rejects', () => {
  test.each(['wasm', 'webgpu'] as const)('single items on %s, and answers the others', async (device) => {
    const { embedder } = await makeEmbedder(device, { maxTokens: 4 });
    const { items } = texts('ab', [1000], [999]);
    const batch = await embedder.embed({ items: [...items, { content: 'abcdef', truncate: 'error' }] });
    expect(batch.rejected).toMatchObject([
      { index: 1, error: { name: 'BadRequestError', code: 'integer_above_max_value', param: 'input' } },
      { index: 3, error: { name: 'BadRequestError', code: 'context_length_exceeded', param: 'input' } },
    ]);
    expect([...batch.tokenCounts]).toEqual([4, 0, 1, 0]);
    expect(rowsOf(batch)).toEqual([meanVector([START, 97, 98, END]), [0, 0], [999, 1], [0, 0]]);
  });

  test('a task that the model has no prompt for, though it has others, by its name', async () => {
    const { embedder } = await makeEmbedder('wasm', { prompts: { query: 'q', document: '' } });
    const { rejected } = await embedder.embed({ items: [{ content: 'a', task: 'clustering', truncate: 'end' }] });
    expect(rejected).toMatchObject([{ error: { code: 'unsupported_parameter', param: 'task' } }]);
  });

  test('a batch of nothing else without a run', async () => {
    const { embedder, runtime } = await makeEmbedder('webgpu');
    const batch = await embedder.embed(texts([1000], [1001]));
    expect(batch.rejected.map(({ index }) => index)).toEqual([0, 1]);
    expect(runtime.run).not.toHaveBeenCalled();
  });

  test.each<[what: string, row: number[]]>([
    ['zero', [0, 0]],
    ['not a number', [NaN, 1]],
    ['infinite', [Infinity, 1]],
  ])('a vector that is %s, without the text', async (_what, row) => {
    const { embedder, runtime } = await makeEmbedder('webgpu', { scale: 'unit' });
    runtime.run.mockResolvedValue({ data: new Float32Array([3, 4, ...row]), dimensions: 2 });
    const error = await catchRejection(embedder.embed(texts('SECRET', 'SECRET')));
    expect(error).toMatchObject({ code: 'invalid_vector', canFallBack: true });
    expect(String(error)).toContain("on webgpu with dtype 'fp32'");
    expect(String(error)).not.toContain('SECRET');
  });
});
