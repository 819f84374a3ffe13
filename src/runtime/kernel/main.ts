/** Entry of the engine workers that run this library's own kernel. Nothing of ONNX Runtime is in it. */
import { expose } from 'comlink';
import { createHost } from '../host/host.js';
import { kernelRuntime } from './kernel-runtime.js';

expose(createHost(kernelRuntime));
