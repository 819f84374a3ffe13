/** Entry of the engine workers on ONNX Runtime. It is bundled once per build of it: plain, and with WebGPU. */
import { expose } from 'comlink';
import { answerLife } from '../../links/give-life-sign.js';
import { createHost } from '../host/host.js';
import { onnxRuntime } from './onnxruntime.js';

answerLife();
expose(createHost(onnxRuntime));
