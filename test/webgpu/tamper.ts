/** Workers that run a script of the test before their own, so that a GPU fails as real ones do. */
import { afterEach, beforeEach } from 'vitest';

/** Faults by name, as code that runs in the worker first. */
const SCRIPTS = {
  none: '',
  /** What is read back from the GPU isn't a number. */
  nan: tamperReads('floats.fill(NaN)'),
  /** What is read back is zero, as from a shader that never ran. */
  zero: tamperReads('floats.fill(0)'),
  /** What is read back are numbers of the right size, but wrong ones, as from a shader that miscounts. */
  wrong: tamperReads('floats.reverse()'),
} as const;

/** A GPU can be destroyed from the page: every worker listens. */
const DESTROYER = 'destroy-gpu';
const DESTROYABLE = `
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    new BroadcastChannel('${DESTROYER}').onmessage = () => device.destroy();
    return device;
  };
`;

function tamperReads(change: string): string {
  return `
    const getMappedRange = GPUBuffer.prototype.getMappedRange;
    GPUBuffer.prototype.getMappedRange = function (...args) {
      const range = getMappedRange.apply(this, args);
      if (this.usage & GPUBufferUsage.MAP_READ) { const floats = new Float32Array(range); ${change}; }
      return range;
    };
  `;
}

function delayAnswers(byMs: number): string {
  return `
    const postMessage = self.postMessage;
    self.postMessage = (...args) => { setTimeout(() => postMessage.apply(self, args), ${byMs}); };
  `;
}

/** What a test can do to the workers. */
export interface Tampering {
  /** The workers started during the test, in their order. */
  readonly workers: Worker[];
  /** Lets workers that start from now on fail in this way. */
  fault: keyof typeof SCRIPTS;
  /** Makes workers on WASM that start from now on answer so much later. */
  delayWasmMs: number;
  /** Destroys the GPU device of every worker, as a driver's reset does. */
  destroyDevices(): void;
}

/** Call it once, at the top of a test file. */
export function tamperWithWorkers(): Tampering {
  const OriginalWorker = globalThis.Worker;
  const channel = new BroadcastChannel(DESTROYER);
  const tampering: Tampering = {
    workers: [],
    fault: 'none',
    delayWasmMs: 0,
    destroyDevices: () => {
      channel.postMessage('now');
    },
  };
  beforeEach(() => {
    tampering.workers.length = 0;
    tampering.fault = 'none';
    tampering.delayWasmMs = 0;
    localStorage.clear();
    globalThis.Worker = class extends OriginalWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const isWasm = !String(url).includes('worker-webgpu');
        const delay = isWasm && tampering.delayWasmMs > 0 ? delayAnswers(tampering.delayWasmMs) : '';
        const script = moduleUrl(isWasm ? delay : DESTROYABLE + SCRIPTS[tampering.fault]);
        // Imports run one after the other, before the worker gets its first message.
        super(moduleUrl(`import '${script}'; import '${String(url)}';`), options);
        tampering.workers.push(this);
      }
    };
  });
  afterEach(() => {
    globalThis.Worker = OriginalWorker;
  });
  return tampering;
}

function moduleUrl(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}
