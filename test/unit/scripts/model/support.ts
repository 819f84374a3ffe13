/** What the tests of the model share: the made model, its tokenizer, ONNX Runtime in Node, and the reference texts. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { makeModel } from '../../../../scripts/model/make-model.js';

/** One reference text: its token ids, uncut, and its vector, 512 numbers of unit length. */
export interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vector: Float32Array;
}

/** What the tests use of ONNX Runtime Web. */
interface Runtime {
  readonly env: { readonly wasm: { wasmBinary: Uint8Array; numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: string, data: ArrayBufferView, dims: readonly number[]) => RuntimeTensor;
}

/** A tensor of ONNX Runtime; `data` is row-major. */
export interface RuntimeTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A loaded model. */
export interface Session {
  run(inputs: Readonly<Record<string, RuntimeTensor>>): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

/** The text of ten exclamation marks: two divisions score the same, and the original takes the other one. */
export const TIED_TEXT_START = '!!!!!!!!!!';

const REPOSITORY_DIR = resolve(import.meta.dirname, '../../../..');
const RUNTIME_DIR = join(REPOSITORY_DIR, 'node_modules/onnxruntime-web/dist');

/** The reference texts, those with a tie left out when `withTies` is false. */
export function readReferences({ withTies }: { withTies: boolean }): Reference[] {
  const file = join(REPOSITORY_DIR, 'test/fixtures/universal-sentence-encoder-lite.json');
  const fixture = JSON.parse(readFileSync(file, 'utf8')) as {
    items: { text: string; ids: number[]; vector: string }[];
  };
  return fixture.items
    .map(({ text, ids, vector }) => ({ text, ids, vector: decodeFloats(vector) }))
    .filter(({ text }) => withTies || !text.startsWith(TIED_TEXT_START));
}

/** A file of the model, made first when it isn't there. */
export function readModelFile(path: string): Uint8Array {
  return readFileSync(join(makeModel().modelDir, path));
}

/** The made tokenizer, run by transformers.js. */
export function loadTokenizer(): PreTrainedTokenizer {
  const [tokenizer, config] = ['tokenizer.json', 'tokenizer_config.json'].map(
    (path) => JSON.parse(Buffer.from(readModelFile(path)).toString('utf8')) as object,
  );
  return new PreTrainedTokenizer(tokenizer ?? {}, config ?? {});
}

/** What was loaded, so that its 12 MB of WASM are read once in a test file. */
const loaded: { runtime?: Promise<Runtime> } = {};

/** ONNX Runtime Web on one thread, as a page without cross-origin isolation runs it. */
export function loadRuntime(): Promise<Runtime> {
  return (loaded.runtime ??= importRuntime());
}

async function importRuntime(): Promise<Runtime> {
  const url = pathToFileURL(join(RUNTIME_DIR, 'ort.wasm.min.mjs')).href;
  const runtime = (await import(/* @vite-ignore */ url)) as Runtime;
  runtime.env.wasm.wasmBinary = readFileSync(join(RUNTIME_DIR, 'ort-wasm-simd-threaded.wasm'));
  runtime.env.wasm.numThreads = 1;
  return runtime;
}

/** Vectors of token id lists as one batch, padded on the right to the longest. */
export async function embed(session: Session, batch: readonly (readonly number[])[]): Promise<Float32Array[]> {
  const { Tensor } = await loadRuntime();
  const length = Math.max(...batch.map((ids) => ids.length));
  const dims = [batch.length, length];
  const positions = Array.from({ length }, (_, index) => index);
  const ids = batch.flatMap((row) => positions.map((index) => BigInt(row[index] ?? 0)));
  const mask = batch.flatMap((row) => positions.map((index) => (index < row.length ? 1n : 0n)));
  const output = await session.run({
    input_ids: new Tensor('int64', BigInt64Array.from(ids), dims),
    attention_mask: new Tensor('int64', BigInt64Array.from(mask), dims),
  });
  const values = Float32Array.from(output['sentence_embedding']?.data ?? []);
  return batch.map((_, index) => values.subarray(index * 512, (index + 1) * 512));
}

/** Cosine of the angle between two vectors. */
export function getCosine(left: Float32Array, right: Float32Array): number {
  return getDot(left, right) / Math.sqrt(getDot(left, left) * getDot(right, right));
}

/** Dot product, summed in float64. */
export function getDot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? Number.NaN), 0);
}

function decodeFloats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}
