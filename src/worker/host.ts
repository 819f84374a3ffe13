/** The worker's side of the protocol: loads one model, embeds micro-batches, and never throws across. */
import { transfer } from 'comlink';
import { EmbeddingError, isEmbeddingError } from '../errors/errors.js';
import { toErrorRecord } from '../protocol/error-record.js';
import type { EmbeddedBatch, EngineWorkerApi, LoadProgress, LoadRequest, Outcome } from '../protocol/worker-api.js';
import { diagnoseRuntime, unusableModel } from './diagnose-start.js';
import { Embedder } from './embedder.js';
import { fetchModelFiles } from './model-files.js';
import { readRecipe } from './model-recipe.js';
import { startRuntime } from './runtime.js';
import { startOnnxRuntime } from './start-onnxruntime.js';

/** A worker that has loaded nothing yet. */
export function createHost(): EngineWorkerApi {
  let embedder: Embedder | undefined;
  return {
    load: (request, onProgress) =>
      outcome(async () => {
        await holdLifeLock(request.lifeLock);
        onProgress({ phase: 'download', loadedBytes: 0 });
        embedder = await load(request, onProgress);
        return embedder.model;
      }),
    embed: (batch) =>
      outcome(async () => {
        if (!embedder) throw new EmbeddingError('internal', 'embed() came before load() had ended.');
        return transferable(await embedder.embed(batch));
      }),
  };
}

async function load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<Embedder> {
  const [files] = await Promise.all([fetchModelFiles(request, onProgress), startRuntimeFiles(request.runtimeUrls)]);
  const recipe = readRecipe(files);
  const loadedBytes = [...files.bytes.values()].reduce((sum, { length }) => sum + length, 0);
  onProgress({ phase: 'start', loadedBytes, totalBytes: loadedBytes });
  try {
    const runtime = await startRuntime(files, files.dtype);
    return await Embedder.create(runtime, { request, recipe, dtype: files.dtype });
  } catch (error) {
    if (isEmbeddingError(error)) throw error;
    throw unusableModel(files.url(files.weightsPath), error);
  }
}

async function startRuntimeFiles(urls: LoadRequest['runtimeUrls']): Promise<void> {
  try {
    await startOnnxRuntime(urls);
  } catch (error) {
    throw await diagnoseRuntime(error, urls);
  }
}

/**
 * Resolves once the lock is held. It stays so until this worker is gone, however it went: the page, which asks for the
 * lock after the first progress, learns of it by getting it.
 */
async function holdLifeLock(name: string): Promise<void> {
  // Absent outside secure contexts.
  if (!('locks' in navigator)) return;
  await new Promise<void>((resolve, reject) => {
    const forever = (): Promise<never> => {
      resolve();
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, forever).catch(reject);
  });
}

async function outcome<T>(task: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  }
}

function transferable(batch: EmbeddedBatch): EmbeddedBatch {
  return transfer(batch, [batch.vectors.buffer, batch.tokenCounts.buffer, batch.truncated.buffer]);
}
