/** The GPU under ONNX Runtime: whether there is one, and when it is gone. */
import { env } from 'onnxruntime-web/wasm';
import { EmbeddingError } from '../../errors/errors.js';

/** What is used of WebGPU; TypeScript's own library doesn't have it. Source: WebGPU specification. */
interface GpuNavigator {
  readonly gpu?: { requestAdapter(): Promise<object | null> };
}
interface LosableDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** @throws EmbeddingError `device_unsupported` when the browser offers no adapter to workers. */
export async function requireAdapter(): Promise<void> {
  const { gpu } = navigator as GpuNavigator;
  if (await gpu?.requestAdapter()) return;
  const message = `Expected a WebGPU adapter, but this browser ${gpu ? 'gave none' : 'has no WebGPU in workers'}. Use device: 'auto' or 'wasm'.`;
  throw new EmbeddingError('device_unsupported', message);
}

/** Calls `onLost` when the device that ONNX Runtime has started on is lost; a run under way may never end then. */
export async function watchDevice(onLost: (reason: string) => void): Promise<void> {
  const device = (await env.webgpu.device) as unknown as LosableDevice;
  void device.lost.then(({ reason, message }) => {
    onLost(message || reason);
  });
}
