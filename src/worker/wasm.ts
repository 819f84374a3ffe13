/** Entry of the WASM engine worker. */
import { expose } from 'comlink';
import { createHost } from './host.js';

expose(createHost());
