/** Which parts of this device may answer, in which order, and why. Pure. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Device, Dtype, RuntimeName } from '../api/vocabulary.js';
import type { DeviceVerdict } from '../ports/device-verdict.js';
import { isFaithfulIn8Bits } from '../models/start-up.js';
import type { RuntimeDescriptor } from '../runtimes/descriptor.js';
import { RUNTIME_REGISTRY } from '../runtimes/registry.js';
import type { Capability } from './capability.js';

/** One way to answer on this device, chosen or ruled out. */
export interface PlannedLocal {
  /** Tells it from the plan's other targets. */
  readonly id: string;
  /** `local` is this device. */
  readonly kind: 'local';
  /** The part of the device that computes. */
  readonly device: Device;
  /** The software that runs the model. */
  readonly runtime: RuntimeName;
  /** Candidates, best first: the first one the hub has weights for is loaded. */
  readonly dtypes: readonly Dtype[];
  /** Whether it will be tried. */
  readonly usable: boolean;
  /** Why it is, or isn't, in one sentence. */
  readonly reason: string;
  /** Its measured speed on bulk work, in tokens per millisecond; absent until it is measured. */
  readonly tokensPerMs?: number;
}

/** What the local part of a plan follows from. */
export interface LocalPlanInput {
  readonly options: Pick<EmbeddingClientOptions, 'dtype' | 'device' | 'runtime' | 'minimumSpeed' | 'model' | 'sameAs'>;
  readonly capability: Capability;
  /** Dtypes of the model that WebGPU may be given when the app leaves the choice, best first. */
  readonly gpuDtypes: readonly Dtype[];
  /** What was found out before. */
  readonly recall: (target: Pick<PlannedLocal, 'device' | 'runtime'>, dtype: string) => DeviceVerdict | undefined;
}

/** A GPU must be clearly faster: it takes a larger download, and the battery. */
const MIN_GAIN = 1.2;

/** The targets in the order they will be tried; those ruled out stand there too, with the reason. */
export function planLocal(input: LocalPlanInput): readonly PlannedLocal[] {
  const { device } = input.options;
  const plain: PlannedLocal[] = [];
  for (const target of device === 'webgpu' ? [] : planOn('wasm', input)) {
    // A runtime for fewer models is the faster one, where it may be used.
    if (target.usable) plain.unshift(target);
    else plain.push(target);
  }
  const [wasm] = plain;
  const gpus = device === 'wasm' ? [] : planOn('webgpu', input, wasm);
  const better = wasm ? gpus.filter((gpu) => gpu.usable && isFaster(gpu, wasm)) : gpus;
  const others = gpus.filter((gpu) => !better.includes(gpu));
  return [...better, ...plain, ...others];
}

/** The key under which a target's speed is remembered. */
export function speedKey({ dtypes }: Pick<PlannedLocal, 'dtypes'>): string {
  return dtypes.join('+');
}

/** One target a runtime, and on a GPU a dtype: a worker that failed can't try another one. */
function planOn(device: Device, input: LocalPlanInput, wasm?: PlannedLocal): readonly PlannedLocal[] {
  const { runtime: asked = 'auto' } = input.options;
  const choices = device === 'wasm' ? [listWasmDtypes(input)] : listGpuDtypes(input).map((dtype) => [dtype]);
  return Object.values(RUNTIME_REGISTRY).flatMap((runtime) => {
    const isMeant = runtime.devices.includes(device) && ['auto', runtime.name].includes(asked);
    return isMeant ? choices.map((dtypes) => makeTarget(input, runtime, { device, dtypes }, wasm)) : [];
  });
}

/** All runtimes load the same weights. */
function listWasmDtypes({ options: { dtype = 'auto', model = '', sameAs = model } }: LocalPlanInput): readonly Dtype[] {
  if (dtype !== 'auto') return [dtype];
  // q8 is the fastest on CPUs and a quarter of the download.
  return isFaithfulIn8Bits(sameAs) ? ['q8', 'fp32'] : ['fp32'];
}

function listGpuDtypes({
  options: { dtype = 'auto' },
  capability: { gpu },
  gpuDtypes,
}: LocalPlanInput): readonly Dtype[] {
  const candidates = dtype === 'auto' ? gpuDtypes : [dtype];
  // Without 16-bit floats in shaders such weights can't run.
  const able = candidates.filter((name) => gpu?.shaderF16 !== false || !isHalf(name));
  return able.length > 0 ? able : candidates;
}

/** @param wasm - what a GPU is compared with. */
function makeTarget(
  input: LocalPlanInput,
  runtime: RuntimeDescriptor,
  { device, dtypes }: Pick<PlannedLocal, 'device' | 'dtypes'>,
  wasm: PlannedLocal | undefined,
): PlannedLocal {
  const key = speedKey({ dtypes });
  const part = { device, runtime: runtime.name };
  const verdict = input.recall(part, key);
  const { tokensPerMs } = verdict ?? {};
  const isGpu = device === 'webgpu';
  const [dtype = 'fp32'] = dtypes;
  const obstacle =
    findObstacle(input.capability) ??
    runtime.findObstacle?.(input.options) ??
    (isGpu ? findGpuObstacle(input, dtype, verdict) : findWasmObstacle(input, runtime, verdict));
  return {
    id: `local/${device}${runtime.idEnd}${isGpu ? `/${key}` : ''}`,
    kind: 'local',
    ...part,
    dtypes,
    usable: obstacle === undefined,
    reason: obstacle ?? (isGpu ? compareWith(wasm, verdict) : runtime.explain(input.options)),
    ...(tokensPerMs !== undefined && { tokensPerMs }),
  };
}

function findWasmObstacle(
  { options }: LocalPlanInput,
  { disproof }: RuntimeDescriptor,
  verdict: DeviceVerdict | undefined,
): string | undefined {
  const known = verdict?.obstacle ?? (verdict?.proof?.passed === false ? disproof : undefined);
  return known ?? findSlowness(verdict, options.minimumSpeed);
}

function isHalf(dtype: Dtype): boolean {
  return dtype === 'fp16' || dtype === 'q4f16';
}

function isFaster(gpu: Pick<DeviceVerdict, 'tokensPerMs'>, wasm: PlannedLocal): boolean {
  if (!wasm.usable) return true;
  return (gpu.tokensPerMs ?? 0) > (wasm.tokensPerMs ?? Infinity) * MIN_GAIN;
}

function compareWith(wasm: PlannedLocal | undefined, gpu: DeviceVerdict = {}): string {
  if (!wasm) return 'The app asked for WebGPU.';
  if (!wasm.usable) return 'WASM cannot run here.';
  if (gpu.tokensPerMs === undefined || wasm.tokensPerMs === undefined) {
    return 'Not measured yet: it is compared with WASM once there is much to embed.';
  }
  const ratio = (gpu.tokensPerMs / wasm.tokensPerMs).toFixed(2);
  return `Measured on this device: ${ratio} times as fast as WASM${isFaster(gpu, wasm) ? '' : ', which is not enough'}.`;
}

function findObstacle({ workers, wasmSimd }: Capability): string | undefined {
  if (!workers) return 'This environment has no Web Workers.';
  if (!wasmSimd) return 'This browser has no WASM SIMD, which every runtime needs.';
  return undefined;
}

/** Only a measured speed counts: what isn't known isn't too slow. */
function findSlowness(verdict: DeviceVerdict | undefined, minimumSpeed: number | undefined): string | undefined {
  const { tokensPerMs } = verdict ?? {};
  if (tokensPerMs === undefined || minimumSpeed === undefined) return undefined;
  const speed = tokensPerMs * 1000;
  if (speed >= minimumSpeed) return undefined;
  return `Measured on this device: ${speed.toPrecision(3)} tokens a second, below the app's minimumSpeed of ${String(minimumSpeed)}.`;
}

function findGpuObstacle(
  { options, capability, gpuDtypes }: LocalPlanInput,
  dtype: Dtype,
  verdict: DeviceVerdict | undefined,
): string | undefined {
  const { gpu, savesData } = capability;
  const isFutile = options.device !== 'webgpu' && !gpuDtypes.includes('fp32');
  if (isFutile) return 'The bundled model comes in q8 only, for which WASM is the better device.';
  if (gpu === undefined)
    return 'The browser has not told yet whether it has a WebGPU adapter: it is asked once there is much to embed.';
  if (gpu === null) return 'This browser offers no WebGPU adapter.';
  if (isHalf(dtype) && !gpu.shaderF16) return `The WebGPU adapter has no 16-bit floats, which ${dtype} needs.`;
  if (verdict?.proof?.passed === false) return `It gave wrong vectors in ${dtype} on this device.`;
  const slowness = findSlowness(verdict, options.minimumSpeed);
  if (slowness !== undefined || options.device === 'webgpu') return slowness;
  if (gpu.isSoftware) return 'The only WebGPU adapter computes in software, slower than WASM does.';
  if (savesData && verdict?.tokensPerMs === undefined)
    return 'The user saves data, and its weights are a larger download.';
  return undefined;
}
