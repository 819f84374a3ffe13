/** Which parts of this device may answer, in which order, and why. Pure. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Device, Dtype, RuntimeName } from '../api/vocabulary.js';
import type { DeviceVerdict } from '../ports/device-verdict.js';
import { isFaithfulIn8Bits, KERNEL_LACKS } from '../models/refused-dtypes.js';
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
  /** Only providers have one. */
  readonly provider?: undefined;
  /** Only providers have one. */
  readonly host?: undefined;
  /** Only providers have one of their own. */
  readonly model?: undefined;
}

/** What findings are made about: a device under ONNX Runtime, or the kernel. */
export type LocalPart = Device | 'kernel';

/** What the local part of a plan follows from. */
export interface LocalPlanInput {
  readonly options: Pick<EmbeddingClientOptions, 'dtype' | 'device' | 'runtime' | 'minimumSpeed' | 'model' | 'sameAs'>;
  readonly capability: Capability;
  /** Dtypes of the model that WebGPU may be given when the app leaves the choice, best first. */
  readonly gpuDtypes: readonly Dtype[];
  /** What was found out before. */
  readonly recall: (part: LocalPart, dtype: string) => DeviceVerdict | undefined;
}

/** A GPU must be clearly faster: it takes a larger download, and the battery. */
const MIN_GAIN = 1.2;

/** The targets in the order they will be tried; those ruled out stand there too, with the reason. */
export function planLocal(input: LocalPlanInput): readonly PlannedLocal[] {
  const { device = 'auto', runtime = 'auto' } = input.options;
  if (runtime === 'kernel') return [planKernel(input)];
  if (device === 'webgpu') return planWebGpu(input, undefined);
  const onnx = planWasm(input);
  const kernel = runtime === 'auto' ? [planKernel(input)] : [];
  const [wasm = onnx, ...rest] = kernel[0]?.usable === true ? [...kernel, onnx] : [onnx, ...kernel];
  if (device === 'wasm') return [wasm, ...rest];
  const gpus = planWebGpu(input, wasm);
  const better = gpus.filter((gpu) => gpu.usable && isFaster(gpu, wasm));
  const others = gpus.filter((gpu) => !better.includes(gpu));
  return [...better, wasm, ...rest, ...others];
}

/** The key under which a target's speed is remembered. */
export function speedKey({ dtypes }: Pick<PlannedLocal, 'dtypes'>): string {
  return dtypes.join('+');
}

function planWasm(input: LocalPlanInput): PlannedLocal {
  const reason = input.options.device === 'wasm' ? 'The app asked for WASM.' : 'WASM with SIMD runs on this device.';
  return planOnWasm(input, { id: 'local/wasm', runtime: 'onnxruntime', part: 'wasm', reason });
}

function planKernel(input: LocalPlanInput): PlannedLocal {
  const isAsked = input.options.runtime === 'kernel';
  const reason = isAsked
    ? 'The app asked for the kernel.'
    : 'The kernel is the fastest on WASM where it knows the model.';
  return planOnWasm(input, { id: 'local/wasm/kernel', runtime: 'kernel', part: 'kernel', reason }, findKernelObstacle);
}

/** Both runtimes load the same weights. */
function planOnWasm(
  { options, capability, recall }: LocalPlanInput,
  { part, reason, ...target }: Pick<PlannedLocal, 'id' | 'runtime' | 'reason'> & { readonly part: LocalPart },
  findOwnObstacle?: typeof findKernelObstacle,
): PlannedLocal {
  const { dtype = 'auto', minimumSpeed } = options;
  // q8 is the fastest on CPUs and a quarter of the download.
  const faithful: readonly Dtype[] = isFaithful(options) ? ['q8', 'fp32'] : ['fp32'];
  const dtypes = dtype === 'auto' ? faithful : [dtype];
  const verdict = recall(part, speedKey({ dtypes }));
  const obstacle =
    findObstacle(capability) ?? findOwnObstacle?.(options, verdict) ?? findSlowness(verdict, minimumSpeed);
  return {
    ...target,
    kind: 'local',
    device: 'wasm',
    dtypes,
    usable: obstacle === undefined,
    reason: obstacle ?? reason,
    ...speedOf(verdict),
  };
}

function isFaithful({ model = '', sameAs = model }: LocalPlanInput['options']): boolean {
  return isFaithfulIn8Bits(sameAs);
}

function findKernelObstacle(
  options: LocalPlanInput['options'],
  verdict: DeviceVerdict | undefined,
): string | undefined {
  const { dtype = 'auto', runtime } = options;
  if (KERNEL_LACKS.includes(dtype)) return `The kernel doesn't read ${dtype} weights.`;
  const isFull = dtype === 'fp32' || dtype === 'fp16';
  if (isFull && runtime !== 'kernel') return `The app asked for ${dtype}, and the kernel computes in 8 bits.`;
  if (runtime !== 'kernel' && !isFaithful(options))
    return `The model isn't itself in 8 bits, in which the kernel computes.`;
  if (verdict?.obstacle !== undefined) return verdict.obstacle;
  return verdict?.proof?.passed === false ? 'The kernel gave wrong vectors on this device.' : undefined;
}

/** One target a dtype: a worker that failed can't try another one. */
function planWebGpu(input: LocalPlanInput, wasm: PlannedLocal | undefined): PlannedLocal[] {
  const { dtype = 'auto' } = input.options;
  const { gpu } = input.capability;
  const candidates = dtype === 'auto' ? input.gpuDtypes : [dtype];
  // Without 16-bit floats in shaders such weights can't run.
  const dtypes = candidates.filter((name) => gpu?.shaderF16 !== false || !isHalf(name));
  return (dtypes.length > 0 ? dtypes : candidates).map((name) => {
    const verdict = input.recall('webgpu', name);
    const target = { dtypes: [name], ...speedOf(verdict) };
    const obstacle = findGpuObstacle(input, name, verdict);
    return {
      id: `local/webgpu/${name}`,
      kind: 'local',
      device: 'webgpu',
      runtime: 'onnxruntime',
      ...target,
      usable: obstacle === undefined,
      reason: obstacle ?? (wasm ? compareWith(wasm, target) : 'The app asked for WebGPU.'),
    };
  });
}

function isHalf(dtype: Dtype): boolean {
  return dtype === 'fp16' || dtype === 'q4f16';
}

function speedOf(verdict: DeviceVerdict | undefined): { tokensPerMs?: number } {
  return verdict?.tokensPerMs === undefined ? {} : { tokensPerMs: verdict.tokensPerMs };
}

function isFaster(gpu: Pick<PlannedLocal, 'tokensPerMs'>, wasm: PlannedLocal): boolean {
  if (!wasm.usable) return true;
  return (gpu.tokensPerMs ?? 0) > (wasm.tokensPerMs ?? Infinity) * MIN_GAIN;
}

function compareWith(wasm: PlannedLocal, gpu: Pick<PlannedLocal, 'tokensPerMs'>): string {
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
  const basic = findObstacle(capability);
  if (basic !== undefined) return basic;
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
