import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EmbeddingError } from '../../../../src/errors/errors.js';
import { startKernel } from '../../../../src/runtime/kernel/start-kernel.js';
import type { Kernel } from '../../../../src/runtime/kernel/wasm/kernel.js';
import type { LoadRequest } from '../../../../src/ports/worker-api.js';
import type { KernelUrls } from '../../../../src/runtimes/workers/kernel.js';
import { kernelRuntime } from '../../../../src/runtime/kernel/kernel-runtime.js';
import type { ModelFiles } from '../../../../src/runtime/files/model-files.js';
import type { Runtime, RuntimeSetup } from '../../../../src/runtime/host/runtime.js';
import { openTokenizer } from '../../../../src/runtime/tokens/tokenizer.js';
import { makeTokenizer } from '../../../support/tiny-models.js';
import { toIds } from '../../../support/tiny-vectors.js';
import { catchError, catchRejection } from '../../../support/catch-error.js';

vi.mock('../../../../src/runtime/kernel/start-kernel.js');

const URLS: KernelUrls = { relaxed: 'https://app.example/relaxed.wasm', plain: 'https://app.example/plain.wasm' };
const WEIGHTS = Uint8Array.of(1, 2, 3);
const PATH = 'onnx/model_quantized.onnx';

function makeFiles(): ModelFiles {
  const bytes = new Map([[PATH, WEIGHTS]]);
  return {
    bytes,
    dtype: 'q8',
    weightsPath: PATH,
    weightsHash: 'a1',
    dataFiles: [],
    url: (path) => path,
    fetchOptional: () => Promise.resolve(),
    readContent: () => Promise.resolve(undefined),
  };
}

const SETUP: RuntimeSetup = {
  device: 'wasm',
  dtype: 'q8',
  output: { name: 'last_hidden_state', isPooled: false },
  recipe: {
    plan: { onTokens: [], pooling: { modes: ['mean'], includesPrompt: true }, onVectors: [] },
    pooling: 'mean',
    scale: 'unit',
    maxTokens: 64,
    vocabularySize: 30,
    lowercases: false,
    prompts: {},
  },
  tokenizer: openTokenizer(makeTokenizer() as object),
  subject: 'a1 last_hidden_state',
};

function start(files: ModelFiles, proved?: string): Promise<Runtime> {
  const request = { runtimeUrls: URLS, ...(proved !== undefined && { proved }) } as LoadRequest<KernelUrls>;
  return kernelRuntime.start(files, SETUP, request);
}

/** Gives vectors that tell how many tokens there were. */
const KERNEL = {
  dimensions: 2,
  vocabularySize: 30,
  run: (ids: readonly number[]) => new Float32Array(ids.length * 2).fill(ids.length),
} as unknown as Kernel;

beforeEach(() => {
  vi.mocked(startKernel).mockReset().mockResolvedValue({ kernel: KERNEL });
});

describe('the kernel takes', () => {
  test.each([{}, { model_type: 'bert' }, { model_type: 'xlm-roberta' }, { model_type: 'some-new-name' }])(
    'a model of %j, until its graph says otherwise',
    (config) => {
      kernelRuntime.accept?.(config, PATH);
    },
  );

  test.each(['qwen3', 'gemma3_text', 'nomic_bert', 'modernbert', 'mpnet'])('no model of the kind %s', (kind) => {
    const error = catchError(() => kernelRuntime.accept?.({ model_type: kind }, 'tokenizer.json'));
    expect(error).toMatchObject({ code: 'kernel_unsupported', retryable: false, canFallBack: true });
    expect(String(error)).toContain(`'${kind}'`);
  });

  test('no weights in several files', () => {
    const config = { 'transformers.js_config': { use_external_data_format: { 'model.onnx': 2 } } };
    kernelRuntime.accept?.(config, PATH);
    const error = catchError(() => kernelRuntime.accept?.(config, 'onnx/model.onnx'));
    expect(error).toMatchObject({ code: 'kernel_unsupported' });
  });
});

describe('the kernel', () => {
  test('gets the weights, which nobody else keeps', async () => {
    const files = makeFiles();
    await start(files);
    expect(files.bytes.has(PATH)).toBe(false);
    expect(vi.mocked(startKernel).mock.calls).toEqual([
      [{ weights: WEIGHTS, output: SETUP.output, maxTokens: 64, urls: URLS, mustProve: true }],
    ]);
  });

  test.each([
    [undefined, true],
    ['a1 last_hidden_state', false],
    ['b2 last_hidden_state', true],
    ['a1 sentence_embedding', true],
  ])('that was proved for %j has to prove itself: %j', async (proved, mustProve) => {
    await start(makeFiles(), proved);
    expect(vi.mocked(startKernel).mock.lastCall?.[0].mustProve).toBe(mustProve);
  });

  test('runs one text at a time, in the tokens of its tokenizer', async () => {
    const runtime = await start(makeFiles());
    const ids = runtime.tokenize('one two');
    expect(ids).toEqual(toIds('[CLS] one two [SEP]'));
    expect(runtime).toMatchObject({ specialTokens: { prefix: toIds('[CLS]'), suffix: toIds('[SEP]') } });
    expect(await runtime.run([ids], ids.length)).toEqual({ data: new Float32Array(8).fill(4), dimensions: 2 });
  });

  test('says how it was proved', async () => {
    const proof = { passed: true, minCosine: 0.999 };
    vi.mocked(startKernel).mockResolvedValue({ kernel: KERNEL, proof });
    expect((await start(makeFiles())).proof).toEqual(proof);
  });

  test('lets its own refusals through, and blames no file for what it did not expect', async () => {
    const refusal = new EmbeddingError('kernel_unsupported', 'It has a gate.');
    vi.mocked(startKernel).mockRejectedValueOnce(refusal).mockRejectedValueOnce(new RangeError('no memory'));
    expect(await catchRejection(start(makeFiles()))).toBe(refusal);
    const error = await catchRejection(start(makeFiles()));
    expect(error).toMatchObject({ code: 'internal', canFallBack: true });
    expect(String(error)).toContain('no memory');
  });
});
