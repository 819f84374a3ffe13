/** What modules do to one vector, once their weights are there. */
import { ModelLoadError } from '../../errors/errors.js';
import { erf } from '../onnx/functions.js';
import type { Activation, DenseModule, VectorModule } from '../recipe/module-plan.js';
import type { ModelFiles } from '../files/model-files.js';
import { readSafetensors, type FloatTensor } from '../files/safetensors.js';

/** Makes a new vector of one; the old one stays as it is. */
export type VectorStep = (vector: Float32Array) => Float32Array;

/**
 * The steps of the modules, in order; fetches the weights they need.
 *
 * @throws ModelLoadError `model_unsupported` when weights are only there as a pickle, or of another shape; what fetching throws.
 */
export async function loadSteps(modules: readonly VectorModule[], files: ModelFiles): Promise<VectorStep[]> {
  return Promise.all(modules.map((module) => loadStep(module, files)));
}

async function loadStep(module: VectorModule, files: ModelFiles): Promise<VectorStep> {
  if (module.kind === 'normalize') return normalize;
  const path = `${module.path}/model.safetensors`;
  await files.fetchOptional(path, 'binary');
  const bytes = files.bytes.get(path);
  files.bytes.delete(path);
  if (!bytes) throw unsupported(module, `has no ${path}; weights in pytorch_model.bin can't be read here`);
  const tensors = readWeights(module, bytes, path);
  const take = (name: string, ...shape: number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor && isShape(tensor, shape)) return tensor.data;
    throw unsupported(module, `expects ${name} [${shape.join(', ')}] in ${path}`);
  };
  if (module.kind === 'dense') return makeDense(module, take);
  const width = tensors.get('norm.weight')?.data.length ?? 0;
  return makeLayerNorm(take('norm.weight', width), take('norm.bias', width));
}

function readWeights(module: VectorModule, bytes: Uint8Array, path: string): ReadonlyMap<string, FloatTensor> {
  try {
    return readSafetensors(bytes);
  } catch {
    throw unsupported(module, `has a ${path} that isn't in the safetensors format`);
  }
}

function isShape({ shape, data }: FloatTensor, expected: readonly number[]): boolean {
  const size = expected.reduce((product, side) => product * side, 1);
  return (
    data.length === size && shape.length === expected.length && shape.every((side, axis) => side === expected[axis])
  );
}

function unsupported({ kind }: VectorModule, what: string): ModelLoadError {
  const message = `The model's ${kind} module ${what}. Use an export with a sentence_embedding output.`;
  return new ModelLoadError('model_unsupported', message, { param: 'model' });
}

/** One as short as this stays as it is. Source: PyTorch 2, `torch.nn.functional.normalize`, `eps`. */
const MIN_LENGTH = 1e-12;

function normalize(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / Math.max(length, MIN_LENGTH));
}

/** Source: PyTorch 2, `torch.nn.LayerNorm`, `eps`. */
const LAYER_NORM_EPSILON = 1e-5;

function makeLayerNorm(weight: Float32Array, bias: Float32Array): VectorStep {
  return (vector) => {
    checkWidth('layer-norm', vector, weight.length);
    const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
    const variance = vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / vector.length;
    const scale = 1 / Math.sqrt(variance + LAYER_NORM_EPSILON);
    return vector.map((value, index) => (value - mean) * scale * (weight[index] ?? 0) + (bias[index] ?? 0));
  };
}

function makeDense(module: DenseModule, take: (name: string, ...shape: number[]) => Float32Array): VectorStep {
  const { inputs, outputs, hasBias, addsInput, activation } = module;
  const weight = take('linear.weight', outputs, inputs);
  const bias = hasBias ? take('linear.bias', outputs) : new Float32Array(outputs);
  const residual = addsInput && inputs !== outputs ? take('residual.weight', outputs, inputs) : undefined;
  const activate = ACTIVATIONS[activation];
  return (vector) => {
    checkWidth('dense', vector, inputs);
    const added = residual ? multiply(residual, vector, outputs) : vector;
    return multiply(weight, vector, outputs).map(
      (value, row) => activate(value + (bias[row] ?? 0)) + (addsInput ? (added[row] ?? 0) : 0),
    );
  };
}

/** `[rows, columns]` times a vector of `[columns]`, summed in float64. */
function multiply(matrix: Float32Array, vector: Float32Array, rows: number): Float32Array {
  const { length: columns } = vector;
  const product = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++)
      sum += (matrix[row * columns + column] ?? 0) * (vector[column] ?? 0);
    product[row] = sum;
  }
  return product;
}

function checkWidth(kind: string, { length }: Float32Array, expected: number): void {
  if (length === expected) return;
  const message = `The model's ${kind} module takes vectors of ${String(expected)} numbers, but its graph gives ${String(length)}. Use an export with a sentence_embedding output.`;
  throw new ModelLoadError('model_unsupported', message, { param: 'model' });
}

const ACTIVATIONS: Readonly<Record<Activation, (value: number) => number>> = {
  identity: (value) => value,
  tanh: Math.tanh,
  relu: (value) => Math.max(0, value),
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  gelu: (value) => 0.5 * value * (1 + erf(value / Math.SQRT2)),
};
