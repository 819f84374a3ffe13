/** Entry of the engine workers that run this library's own kernel. Nothing of ONNX Runtime is in it. */
import { expose } from 'comlink';
import { answerLife } from '../../links/give-life-sign.js';
import { createHost } from '../host/host.js';
import { kernelRuntime } from './kernel-runtime.js';

answerLife();
expose(createHost(kernelRuntime));
