/** What this device and page offer, but for the GPU. Asked cheaply; nothing is started. */

/** What this device and page offer for embedding. */
export interface Capability {
  /** Module workers, without which nothing runs on the device. */
  readonly workers: boolean;
  /** 128-bit SIMD in WASM, which ONNX Runtime Web needs. */
  readonly wasmSimd: boolean;
  /** Whether the page may share memory between threads. */
  readonly crossOriginIsolated: boolean;
  /** Logical cores, as the browser tells. */
  readonly cores: number;
  /** The device's memory in GiB, at most 32 (8 on Android and in Chrome before 147), where the browser tells. */
  readonly memoryGib: number | undefined;
  /** What all workers together may take with `workers: 'auto'`. One is always started. */
  readonly workersMemoryBytes: number;
  /** Whether the user asks sites to save data. */
  readonly savesData: boolean;
  /**
   * The WebGPU adapter; null when there is none. Undefined until the browser has told, which is asked once a GPU may be used:
   * with `device: 'webgpu'`, or when there is much to embed by a model that a GPU may be faster with.
   */
  readonly gpu: GpuCapability | null | undefined;
}

/** A WebGPU adapter, as far as the browser describes it. */
export interface GpuCapability {
  /** The maker, such as `nvidia`; may be empty. */
  readonly vendor: string;
  /** The family, such as `ampere`; may be empty. */
  readonly architecture: string;
  /** In the maker's words; mostly empty. */
  readonly description: string;
  /** Whether it computes on the CPU. */
  readonly isSoftware: boolean;
  /** Whether it computes with 16-bit floats. */
  readonly shaderF16: boolean;
}

/** A module with one function that uses a SIMD instruction. Source: WebAssembly core specification 2.0, `i8x16.splat`. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** A page that takes more of a device is in danger of being ended. */
const MEMORY_SHARE = 0.25;
/**
 * Memory where the browser tells none: Firefox, Safari, and pages without TLS. Old iPhones end tabs at 200 to 450 MB, newer ones
 * at 1 to 1.5 GB; computers swap. A device whose first pointer is a finger counts as a phone.
 */
const ASSUMED_GIB = { phone: 1, computer: 4 };

/** What this device offers now; the GPU is asked for when it may be used. */
export function detectCapability(): Capability {
  const { hardwareConcurrency = 1, deviceMemory, connection } = findNavigator();
  return {
    workers: typeof Worker === 'function',
    wasmSimd: typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_MODULE),
    // Absent where a page is rendered on a server.
    crossOriginIsolated: 'crossOriginIsolated' in globalThis && globalThis.crossOriginIsolated,
    cores: hardwareConcurrency,
    memoryGib: deviceMemory,
    workersMemoryBytes: (deviceMemory ?? assumeMemory()) * MEMORY_SHARE * 2 ** 30,
    savesData: connection?.saveData === true,
    gpu: undefined,
  };
}

/** In GiB. */
function assumeMemory(): number {
  // Absent where a page is rendered on a server.
  const isPhone = 'matchMedia' in globalThis && globalThis.matchMedia('(pointer: coarse)').matches;
  return ASSUMED_GIB[isPhone ? 'phone' : 'computer'];
}

/** Some of these stand in no specification every browser follows, and none exists where a page is rendered on a server. */
function findNavigator(): {
  readonly hardwareConcurrency?: number;
  readonly deviceMemory?: number;
  readonly connection?: { readonly saveData?: boolean };
} {
  return typeof navigator === 'object' ? navigator : {};
}
