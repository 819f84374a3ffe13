/** ONNX Runtime Web, as plans see it: any model, on WASM and WebGPU. */
import type { RuntimeDescriptor } from './descriptor.js';

/** ONNX Runtime Web. */
export const onnxruntime: RuntimeDescriptor = {
  name: 'onnxruntime',
  devices: ['wasm', 'webgpu'],
  lacks: [],
  terms: '',
  idEnd: '',
  // Its version is part of the key of all findings.
  nameFindings: (device, gpu) => (device === 'wasm' ? device : `${device}:${gpu}`),
  explain: ({ device }) => (device === 'wasm' ? 'The app asked for WASM.' : 'WASM with SIMD runs on this device.'),
};
