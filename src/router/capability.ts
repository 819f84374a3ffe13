/** What this device and page offer. Asked synchronously and cheaply; nothing is started. */

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
  /** The device's memory in GiB, at most 8, where the browser tells. */
  readonly memoryGib: number | undefined;
}

/** A module with one function that uses a SIMD instruction. Source: WebAssembly core specification 2.0, `i8x16.splat`. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** What this device offers now. */
export function detectCapability(): Capability {
  return {
    workers: typeof Worker === 'function',
    wasmSimd: typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_MODULE),
    // Neither name exists where a page is rendered on a server.
    crossOriginIsolated: 'crossOriginIsolated' in globalThis && globalThis.crossOriginIsolated,
    cores: typeof navigator === 'object' ? navigator.hardwareConcurrency : 1,
    memoryGib: typeof navigator === 'object' ? (navigator as { deviceMemory?: number }).deviceMemory : undefined,
  };
}
