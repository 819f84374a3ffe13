/**
 * Reads the weights of a TensorFlow.js graph model. It knows the file format only, nothing of the network inside.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One float32 weight; `values` is row-major and as long as the product of `shape` (`[]` is a scalar of one value). */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Float32 weights by the name that the TensorFlow graph gives them. */
export type NamedTensors = ReadonlyMap<string, FloatTensor>;

interface WeightEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

const BYTES_PER_VALUE = 4;

/**
 * Reads every float32 weight listed in `model.json`; integer constants (axes, shapes) are left out.
 *
 * @param folder the folder holding `model.json` and its shards
 * @throws Error when a file is missing, a type is not float32 or int32, or the shards are shorter or longer than listed
 *
 * Source: weight groups as TensorFlow.js stores them: the shards of a group joined, then each tensor in listed order,
 * little-endian, without padding (tfjs-core, io/types.ts, WeightsManifestConfig).
 */
export function readTfjsWeights(folder: string): NamedTensors {
  const tensors = new Map<string, FloatTensor>();
  for (const group of readManifest(join(folder, 'model.json'))) {
    const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(folder, path))));
    let offset = 0;
    for (const entry of group.weights) {
      const length = entry.shape.reduce((product, size) => product * size, 1);
      const end = offset + length * BYTES_PER_VALUE;
      if (entry.dtype === 'float32' && end <= bytes.length) {
        tensors.set(entry.name, { shape: entry.shape, values: copyFloats(bytes.subarray(offset, end)) });
      } else if (entry.dtype !== 'int32' && entry.dtype !== 'float32') {
        throw new Error(`Weight ${entry.name}: expected type float32 or int32, got ${entry.dtype}; use an fp32 graph.`);
      }
      offset = end;
    }
    if (offset !== bytes.length) {
      throw new Error(
        `Expected ${offset} bytes of weights in ${group.paths.length} shards, got ${bytes.length}; reinstall the package.`,
      );
    }
  }
  return tensors;
}

/** Copies, since a shard may begin at an address that float32 cannot be read from. */
function copyFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function readManifest(file: string): readonly { paths: readonly string[]; weights: readonly WeightEntry[] }[] {
  const model: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const groups = getField(model, 'weightsManifest');
  if (!Array.isArray(groups)) {
    throw new Error('model.json: expected a list `weightsManifest`, got none; it is not a TensorFlow.js graph model.');
  }
  return groups.map((group: unknown) => ({
    paths: toList(getField(group, 'paths')).map(String),
    weights: toList(getField(group, 'weights')).map((entry) => ({
      name: String(getField(entry, 'name')),
      dtype: getField(entry, 'quantization') === undefined ? String(getField(entry, 'dtype')) : 'quantized',
      shape: toList(getField(entry, 'shape')).map(Number),
    })),
  }));
}

function getField(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
