/** Makes the engine for one target of the plan. The page loads this file and all it imports only when it embeds here. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { Device, Dtype, RuntimeName } from '../../api/vocabulary.js';
import type { VerdictNotes } from '../../storage/verdict-notes.js';
import type { EmbeddingError } from '../../errors/errors.js';
import { BUNDLED_MODEL } from '../../models/bundled-model.js';
import { findClientModel } from '../../models/registry.js';
import { estimateWorkerBytes } from '../../models/worker-memory.js';
import type { ChosenRecipe, DeviceRoom, LoadedModel, LoadProgress, ModelSource } from '../../ports/worker-api.js';
import type { RuntimeWorkers } from '../../runtimes/workers/descriptor.js';
import { RUNTIME_WORKERS } from '../../runtimes/workers/registry.js';
import { describeFile } from '../../spaces/space.js';
import { resolveFolder } from '../../util/page-url.js';
import { findAssets, type EngineAssets } from './assets.js';
import type { ContentPin } from './content-pin.js';
import { LocalEngine } from './engine.js';
import { HubPass } from './hub-pass.js';
import { allowWorkers, choosePoolSize } from './pool/pool-size.js';
import type { ThreadSettings } from './pool/thread-choice.js';
import { trustGpu, trustSelfProof, type WorkerTrust } from './pool/worker-trust.js';

/** The target of the plan that an engine is for. */
export interface EngineTarget {
  readonly device: Device;
  readonly runtime: RuntimeName;
  readonly dtypes: readonly Dtype[];
}

/** What an engine is made from. */
export interface EngineRequest {
  readonly target: EngineTarget;
  /** The options, with `model` filled in. */
  readonly options: EmbeddingClientOptions & { readonly model: string };
  readonly capability: {
    readonly cores: number;
    readonly memoryGib: number | undefined;
    readonly workersMemoryBytes: number;
    readonly crossOriginIsolated: boolean;
  };
  /** What is known of the target's device. */
  readonly notes: VerdictNotes;
  /** What the client's workers have in common. */
  readonly pin: ContentPin;
  readonly onProgress: (progress: LoadProgress) => void;
  readonly onReady: (model: LoadedModel) => void;
  readonly onDied: (error: EmbeddingError) => void;
  /** The target has just been found not to be able to run the model, which is in the notes. */
  readonly onRefused: () => void;
}

/** OpenAI's default. Source: openai-node 7, `maxRetries`. */
const MAX_RETRIES = 2;

/** An engine that has loaded nothing yet. */
export function createEngine(request: EngineRequest): LocalEngine {
  const { target, options, capability, notes, onRefused, pin, ...events } = request;
  const { model, revision = 'main', sameAs, workers = 'auto', maxRetries, idleTimeoutMs, file, output } = options;
  const { device, runtime, dtypes } = target;
  const kind = RUNTIME_WORKERS[runtime];
  const assets = findAssets(target, options.assetsUrl);
  const known = findClientModel(model, sameAs);
  const canonicalName = known?.canonicalName ?? model;
  // What the registry says of a model holds for its branch main.
  const isKnown = known !== undefined && revision === 'main' && options.file === undefined;
  const threads = workers === 'auto' ? chooseThreads(kind, target, capability, notes) : undefined;
  const trust = chooseTrust(kind, target, { notes, onRefused }, assets.workerUrl);
  return new LocalEngine({
    ...events,
    device,
    runtime,
    workerUrl: assets.workerUrl,
    job: {
      model,
      device,
      source: findSource(options, revision, assets),
      dtypes,
      ...(file !== undefined && { file }),
      ...(output !== undefined && { output }),
      runtimeUrls: assets.runtimeUrls,
      canonicalName,
      room: { ...findRoom(capability.memoryGib), cost: kind.cost },
      chosen: listChoices(options),
    },
    choosePoolSize: (modelBytes) => {
      // Two workers on one GPU would only take turns.
      if (device === 'webgpu') return { workers: 1, withExpress: 1 };
      if (workers !== 'auto') return allowWorkers(workers, capability.cores);
      return choosePoolSize({ ...capability, workerBytes: estimateWorkerBytes(modelBytes, kind.cost) });
    },
    hub: new HubPass(options),
    ...(threads && { threads }),
    ...(trust && { trust }),
    minWaitMs: kind.minWaitMs,
    maxRetries: maxRetries ?? MAX_RETRIES,
    hasTwin: !kind.takesAnyModel && options.runtime !== runtime,
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    pin,
    space: nameSpace(options, canonicalName, isKnown),
    facts: known,
  });
}

/** What is said to be the same as a known model is of that model's space, whatever its own revision and file. */
function nameSpace(
  { sameAs, output, file }: EngineRequest['options'],
  model: string,
  isKnown: boolean,
): { readonly model: string; readonly revision?: string; readonly output?: string } {
  return {
    model: sameAs === undefined ? model + describeFile(file) : model,
    ...((isKnown || sameAs !== undefined) && { revision: 'main' }),
    ...(output !== undefined && { output }),
  };
}

/** What the app decided of the model's use. */
function listChoices({ maxTokens, pooling, normalize, prompts }: EmbeddingClientOptions): ChosenRecipe {
  return {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(pooling && { pooling }),
    ...(normalize !== undefined && { normalize }),
    ...(prompts && { prompts }),
  };
}

/**
 * Where what browsers say of memory may end, however much there is: of Chrome before 147 and on Android, and of newer Chrome.
 * Source: MDN's browser-compat-data, `deviceMemory`.
 */
const MAX_TOLD_GIB: readonly number[] = [8, 32];

function findRoom(memoryGib: number | undefined): Pick<DeviceRoom, 'memoryBytes'> {
  const isTold = memoryGib !== undefined && !MAX_TOLD_GIB.includes(memoryGib);
  return isTold ? { memoryBytes: memoryGib * 2 ** 30 } : {};
}

function chooseTrust(
  { comparedOn, disproof }: RuntimeWorkers,
  { device, dtypes }: EngineTarget,
  { notes, onRefused }: Pick<EngineRequest, 'notes' | 'onRefused'>,
  workerUrl: string,
): WorkerTrust | undefined {
  if (disproof !== undefined) return trustSelfProof(notes, { disproof, key: dtypes.join('+'), onRefused });
  return device === comparedOn ? trustGpu(notes, workerUrl) : undefined;
}

/** Several threads need a page that shares memory between them. */
function chooseThreads(
  { maxThreads }: RuntimeWorkers,
  { device, dtypes }: EngineTarget,
  { crossOriginIsolated, cores }: EngineRequest['capability'],
  notes: VerdictNotes,
): ThreadSettings | undefined {
  const count = Math.min(maxThreads?.[device] ?? 1, cores);
  if (!crossOriginIsolated || count < 2) return undefined;
  const key = dtypes.join('+');
  return {
    count,
    recall: () => notes.recall(key)?.fastest,
    remember: (fastest) => {
      notes.remember(key, { fastest });
    },
  };
}

/** The bundled files, unless the app named a hub to take that model from as well. */
function findSource({ model, hub }: EngineRequest['options'], revision: string, assets: EngineAssets): ModelSource {
  if (model === BUNDLED_MODEL && hub === undefined) return { bundledUrls: assets.bundledModelUrls };
  return { hubUrl: resolveFolder(hub ?? 'https://huggingface.co').href, revision, access: {} };
}
