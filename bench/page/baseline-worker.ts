/** The baseline: plain transformers.js as its documentation shows it, in a worker of its own, with nothing tuned. */
import {
  AutoModel,
  AutoTokenizer,
  env,
  pipeline,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import { expose, transfer } from 'comlink';
import type { ModelSetup } from './engine.js';

/** What the worker offers the page. */
export interface BaselineWorker {
  /** Rejects when ONNX Runtime doesn't get the threads it is to have. */
  load(model: ModelSetup, threads?: number): Promise<void>;
  /** `[texts, dimensions]`, row-major, unit length; the buffer is transferred. */
  embed(texts: readonly string[], batchSize: number): Promise<Float32Array>;
  countTokens(texts: readonly string[]): number[];
}

interface Loaded {
  readonly tokenizer: PreTrainedTokenizer;
  readonly run: (texts: string[]) => Promise<Tensor>;
}

let loaded: Loaded | undefined;

const worker: BaselineWorker = {
  load: async (model, threads) => {
    const wasm = configure(model);
    if (threads !== undefined) wasm.numThreads = threads;
    loaded = await (model.poolsItself ? loadModel(model) : loadPipeline(model));
    // Without shared memory ONNX Runtime takes one thread and only warns.
    if (threads !== undefined && wasm.numThreads !== threads)
      throw new Error(`Expected ONNX Runtime to run ${threads} threads, but it runs ${wasm.numThreads ?? 'unknown'}.`);
  },
  embed: async (texts, batchSize) => {
    const { run } = getLoaded();
    const rows: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      const tensor = await run(texts.slice(start, start + batchSize));
      rows.push(tensor.data as Float32Array);
    }
    const vectors = join(rows);
    return transfer(vectors, [vectors.buffer]);
  },
  countTokens: (texts) => {
    const { tokenizer } = getLoaded();
    const limit = tokenizer.model_max_length as number;
    return texts.map((text) => Math.min(limit, tokenizer.encode(text).length));
  },
};

expose(worker);

/** By default both addresses are on other servers, which a benchmark can't ask; the build and the layout stay theirs. */
function configure({ hub }: ModelSetup): NonNullable<typeof env.backends.onnx.wasm> {
  env.remoteHost = `${new URL(hub, location.origin).href}/`;
  const wasm = env.backends.onnx.wasm;
  if (!wasm) throw new Error('Expected ONNX Runtime to have a WASM backend, found none.');
  wasm.wasmPaths = {
    mjs: `${location.origin}/onnxruntime/ort-wasm-simd-threaded.asyncify.mjs`,
    wasm: `${location.origin}/onnxruntime/ort-wasm-simd-threaded.asyncify.wasm`,
  };
  return wasm;
}

async function loadPipeline({ id, dtype }: ModelSetup): Promise<Loaded> {
  const extract = await pipeline('feature-extraction', id, { device: 'wasm', dtype });
  return { tokenizer: extract.tokenizer, run: (texts) => extract(texts, { pooling: 'mean', normalize: true }) };
}

/** The pipeline's own steps, for a graph whose output it doesn't read. */
async function loadModel({ id, dtype }: ModelSetup): Promise<Loaded> {
  const [tokenizer, model] = await Promise.all([
    AutoTokenizer.from_pretrained(id),
    AutoModel.from_pretrained(id, { device: 'wasm', dtype }),
  ]);
  return {
    tokenizer,
    run: async (texts) => {
      const outputs = (await model(tokenizer(texts, { padding: true, truncation: true }))) as Record<string, Tensor>;
      const vectors = outputs['sentence_embedding'];
      if (!vectors) throw new Error(`Expected the output sentence_embedding, got ${Object.keys(outputs).join(', ')}.`);
      return vectors;
    },
  };
}

function getLoaded(): Loaded {
  if (!loaded) throw new Error('Expected load() to have resolved before any other call.');
  return loaded;
}

function join(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
