/** The worker's side of the protocol: loads one model, embeds micro-batches, and never throws across. */
import { transfer } from 'comlink';
import { EmbeddingError, isEmbeddingError } from '../../errors/errors.js';
import { readValues } from '../onnx/read-values.js';
import { toOutcome } from '../../links/outcome.js';
import type { EmbeddedBatch, EngineWorkerApi, LoadProgress, LoadRequest } from '../../ports/worker-api.js';
import { unusableModel } from './diagnose-start.js';
import { Embedder } from './embedder.js';
import { chooseOutput } from '../recipe/graph-output.js';
import { fetchModelFiles, type FileRules } from '../files/model-files.js';
import { readRecipe } from '../recipe/model-recipe.js';
import { Pipeline } from './pipeline.js';
import { needsTokenVectors, resolveRecipe } from '../recipe/resolve-recipe.js';
import { openModelTokenizer, type TextTokenizer } from '../tokens/tokenizer.js';
import type { RuntimeKind } from './runtime.js';

/** A worker that has loaded nothing yet, and will run its model on software of that kind. */
export function createHost<Urls>(kind: RuntimeKind<Urls>): EngineWorkerApi<Urls> {
  let embedder: Embedder | undefined;
  const loaded = (): Embedder => {
    if (!embedder) throw new EmbeddingError('internal', 'A call came before load() had ended.');
    return embedder;
  };
  return {
    load: (request, onProgress, onLost) =>
      toOutcome(async () => {
        onProgress({ phase: 'download', loadedBytes: 0 });
        embedder = await load(kind, request, onProgress);
        await kind.watch?.(request, onLost);
        return embedder.model;
      }),
    embed: (batch) => toOutcome(async () => transferable(await loaded().embed(batch))),
    countTokens: (request) => toOutcome(() => loaded().countTokens(request)),
    listTokens: (request) => toOutcome(() => loaded().listTokens(request)),
  };
}

async function load<Urls>(
  kind: RuntimeKind<Urls>,
  request: LoadRequest<Urls>,
  onProgress: (progress: LoadProgress) => void,
): Promise<Embedder> {
  const { device } = request;
  await kind.check?.(request);
  const { accept, acceptData } = kind;
  let tokenizer: TextTokenizer | undefined;
  const rules: FileRules = {
    ...(accept && { accept }),
    ...(acceptData && { acceptData }),
    // What it can't read is said before the weights are there, and opening it takes no time of its own.
    acceptTokenizer: (tokenizerFiles) => {
      tokenizer = openModelTokenizer(tokenizerFiles);
    },
  };
  const [files] = await Promise.all([fetchModelFiles(request, rules, onProgress), kind.prepare?.(request)]);
  const { dtype } = files;
  const recipe = readRecipe(files);
  const loadedBytes = [...files.bytes.values()].reduce((sum, { length }) => sum + length, 0);
  onProgress({ phase: 'start', loadedBytes, totalBytes: loadedBytes });
  try {
    const { outputs } = readValues(files.bytes.get(files.weightsPath) ?? new Uint8Array());
    const output = chooseOutput(outputs, {
      ...(request.output !== undefined && { chosen: request.output }),
      prefersTokens: needsTokenVectors(request, recipe),
    });
    const resolved = resolveRecipe(request, recipe, output);
    const pipeline = await Pipeline.load(resolved, files);
    // One graph may have several outputs, each of them computed from other parts of it.
    const subject = `${files.weightsHash} ${output.name}`;
    const runtime = await kind.start(
      files,
      { device, dtype, output, recipe: resolved, tokenizer: tokenizer ?? openModelTokenizer(files), subject },
      request,
    );
    const content = await files.readContent();
    return await Embedder.create(runtime, resolved, pipeline, { device, dtype, subject, ...(content && { content }) });
  } catch (error) {
    if (isEmbeddingError(error)) throw error;
    throw unusableModel(files.url(files.weightsPath), { device, label: kind.label }, error);
  }
}

function transferable(batch: EmbeddedBatch): EmbeddedBatch {
  const { vectors, tokenCounts, truncated, contentTokens, unknownTokens } = batch;
  const arrays = [vectors, tokenCounts, truncated, contentTokens, unknownTokens];
  return transfer(
    batch,
    arrays.map(({ buffer }) => buffer),
  );
}
