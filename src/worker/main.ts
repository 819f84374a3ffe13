/** Entry of every engine worker. It is bundled once per build of ONNX Runtime: plain, and with WebGPU. */
import { expose } from 'comlink';
import { createHost } from './host.js';

expose(createHost());
