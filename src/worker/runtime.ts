/** A model on ONNX Runtime, through transformers.js. The only file that imports it or touches its global settings. */
import { AutoModel, AutoTokenizer, Tensor, env } from '@huggingface/transformers';
import type { Dtype } from '../api/vocabulary.js';
import { ModelLoadError } from '../errors/errors.js';
import { findSpecialTokens, type SpecialTokens } from './cut-tokens.js';
import { lowerCases, lowerSigma } from './greek-sigma.js';
import { readJson, type ModelFiles } from './model-files.js';

/** What the graph gives for a batch of token arrays of one length. */
export interface GraphOutput {
  /** `[texts, dimensions]` when pooled, else `[texts, tokens, dimensions]`; row-major, float32. */
  readonly data: Float32Array;
  readonly dimensions: number;
  readonly isPooled: boolean;
}

/** A loaded model: text to token ids, token ids to vectors. */
export interface Runtime {
  readonly specialTokens: SpecialTokens;
  /** Whether the graph itself pools, by a `sentence_embedding` output. */
  readonly poolsItself: boolean;
  /** The ids of a text with its special tokens, not cut. */
  tokenize(text: string): number[];
  /** Runs token arrays of equal length as one batch, so that nothing is padded. */
  run(batch: readonly (readonly number[])[]): Promise<GraphOutput>;
}

/** transformers.js asks for files by URL; this one stands for the files that have been fetched already. */
const FILES_HOST = 'https://files.invalid/';
const FILES_PREFIX = `${FILES_HOST}model/`;

/**
 * Loads tokenizer and graph from fetched files, once ONNX Runtime has been started.
 *
 * @throws whatever transformers.js or ONNX Runtime throws; after that this realm is unusable (transformers.js #1635).
 */
export async function startRuntime(files: ModelFiles, dtype: Dtype): Promise<Runtime> {
  configure(files);
  const [tokenizer, model] = await Promise.all([
    AutoTokenizer.from_pretrained('model'),
    AutoModel.from_pretrained('model', { device: 'wasm', dtype }),
  ]);
  const isLowerCasing = lowerCases(readJson(files, 'tokenizer.json'));
  const session = model.sessions['model'] as { outputNames?: readonly string[] } | undefined;
  const outputName = pickOutput(session?.outputNames ?? []);
  return {
    specialTokens: findSpecialTokens(
      tokenizer.encode('a', { add_special_tokens: false }),
      tokenizer.encode('a', { add_special_tokens: true }),
    ),
    poolsItself: outputName === 'sentence_embedding',
    tokenize: (text) => tokenizer.encode(isLowerCasing ? lowerSigma(text) : text, { add_special_tokens: true }),
    run: async (batch) => {
      const outputs = (await model(toInputs(batch))) as Record<string, Tensor | undefined>;
      return readOutput(outputs[outputName], outputName, batch.length);
    },
  };
}

function configure(files: ModelFiles): void {
  // On a failed run transformers.js logs the inputs, which are the user's text as token ids.
  env.logLevel = 50;
  env.allowLocalModels = false;
  env.useBrowserCache = false;
  // Its cache would import ONNX Runtime from a blob: URL, which a strict content security policy forbids.
  env.useWasmCache = false;
  env.remoteHost = FILES_HOST;
  env.remotePathTemplate = '{model}/';
  env.fetch = (input: string | URL) => Promise.resolve(answerFromFiles(files, String(input)));
}

function answerFromFiles(files: ModelFiles, url: string): Response {
  const path = url.slice(FILES_PREFIX.length);
  const bytes = files.bytes.get(path);
  if (bytes) {
    // The weights are asked for once, and two copies of them needn't stay in memory.
    if (path.startsWith('onnx/')) files.bytes.delete(path);
    return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
  }
  return path === 'tokenizer_config.json' ? new Response('{}') : new Response(null, { status: 404 });
}

function pickOutput(names: readonly string[]): string {
  const name = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'].find((known) => names.includes(known));
  if (name !== undefined) return name;
  throw new ModelLoadError(
    'model_unsupported',
    `The model's outputs are ${names.join(', ')}; expected sentence_embedding, last_hidden_state or token_embeddings. Use an embedding model.`,
    { param: 'model' },
  );
}

function toInputs(batch: readonly (readonly number[])[]): { input_ids: Tensor; attention_mask: Tensor } {
  const rows = batch.length;
  const columns = batch[0]?.length ?? 0;
  const ids = new BigInt64Array(rows * columns);
  batch.forEach((tokens, row) => {
    tokens.forEach((id, column) => {
      ids[row * columns + column] = BigInt(id);
    });
  });
  return {
    input_ids: new Tensor('int64', ids, [rows, columns]),
    attention_mask: new Tensor('int64', new BigInt64Array(rows * columns).fill(1n), [rows, columns]),
  };
}

function readOutput(output: Tensor | undefined, name: string, rows: number): GraphOutput {
  const dims = output?.dims ?? [];
  const data: unknown = output?.data;
  const isPooled = name === 'sentence_embedding';
  if (!(data instanceof Float32Array) || dims.length !== (isPooled ? 2 : 3) || dims[0] !== rows) {
    throw new ModelLoadError(
      'model_unsupported',
      `The model's ${name} is ${output?.type ?? 'nothing'} [${dims.join(', ')}]; expected float32 ${isPooled ? '[texts, dimensions]' : '[texts, tokens, dimensions]'}.`,
      { param: 'model' },
    );
  }
  return { data, dimensions: dims.at(-1) ?? 0, isPooled };
}
