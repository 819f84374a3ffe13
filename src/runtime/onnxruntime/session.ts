/** A graph on ONNX Runtime: token ids in, one of its outputs out. */
import { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { Device } from '../../api/vocabulary.js';
import { ModelLoadError } from '../../errors/errors.js';
import { decodeHalves } from '../onnx/half.js';
import type { InputData } from './graph-inputs.js';
import type { ModelFiles } from '../files/model-files.js';
import type { GraphOutput } from '../host/runtime.js';

/** A file some of the weights lie in, as ONNX Runtime takes it. */
interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** The fatal ones alone: others may hold what a run was given. Source: ONNX Runtime, OrtLoggingLevel. */
const FATAL = 4;

/** A graph that can be run. */
export class Session {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * Loads the weights among the files, which are then no longer there: two copies needn't stay in memory.
   *
   * @param prepare - the weights as they are to be loaded, in parts.
   * @throws whatever ONNX Runtime throws; after that this realm is unusable.
   */
  static async open(
    files: ModelFiles,
    device: Device,
    prepare: (weights: Uint8Array) => readonly Uint8Array[],
  ): Promise<Session> {
    const { bytes, weightsPath, dataFiles } = files;
    const take = (path: string): Uint8Array => {
      const content = bytes.get(path) ?? new Uint8Array();
      bytes.delete(path);
      return content;
    };
    const externalData = dataFiles.map(({ location, path }): ExternalData => ({ path: location, data: take(path) }));
    const session = await InferenceSession.create(join(prepare(take(weightsPath))), {
      executionProviders: [device],
      logSeverityLevel: FATAL,
      ...(externalData.length > 0 && { externalData }),
    });
    return new Session(session);
  }

  /**
   * One output of a run, as float32.
   *
   * @param rank - 2 for a vector a text, 3 for a vector a token.
   * @throws ModelLoadError `model_unsupported` when the output is of another shape or type.
   */
  async run(
    inputs: Readonly<Record<string, InputData>>,
    output: string,
    { rows, rank }: { readonly rows: number; readonly rank: number },
  ): Promise<GraphOutput> {
    const feeds = Object.entries(inputs).map(([name, { type, data, dims }]): [string, Tensor] => [
      name,
      new Tensor(type, data, dims),
    ]);
    const results = await this.#session.run(Object.fromEntries(feeds), [output]);
    return readOutput(results[output], rows, rank);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts;
  if (first && others.length === 0) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function readOutput(output: Tensor | undefined, rows: number, rank: number): GraphOutput {
  const dims = output?.dims ?? [];
  const data = output && toFloats(output.data);
  if (!data || dims.length !== rank || dims[0] !== rows) {
    throw new ModelLoadError(
      'model_unsupported',
      `The model's output is ${output?.type ?? 'nothing'} [${dims.join(', ')}]; expected float32 or float16 ${rank === 2 ? '[texts, dimensions]' : '[texts, tokens, dimensions]'}.`,
      { param: 'output' },
    );
  }
  return { data, dimensions: dims.at(-1) ?? 0 };
}

/** float16 comes as its bits, or as numbers where JavaScript has such arrays. */
function toFloats(data: unknown): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return decodeHalves(data);
  const isHalf = Object.prototype.toString.call(data) === '[object Float16Array]';
  return isHalf ? Float32Array.from(data as ArrayLike<number>) : undefined;
}
