/** The closed sets of words the public surface and the protocol share. */

/** Number formats of a model's weights. */
export const DTYPES = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
/** Number format of a model's weights. */
export type Dtype = (typeof DTYPES)[number];

/** The parts of a device that can compute. */
export const DEVICES = ['webgpu', 'wasm'] as const;
/** The part of a device that computes. */
export type Device = (typeof DEVICES)[number];

/** The software that can run a model on this device. */
export const RUNTIMES = ['onnxruntime', 'kernel'] as const;
/** The software that runs a model on this device: ONNX Runtime, or this library's own kernel for BERT-like models. */
export type RuntimeName = (typeof RUNTIMES)[number];

/** Whether the browser's own embedder is asked. */
export const BUILTINS = ['never', 'prefer', 'only'] as const;
/** Whether the browser's own embedder is asked: never, before this library's model, or in place of it on this device. */
export type Builtin = (typeof BUILTINS)[number];

/** How token vectors become one vector. */
export const POOLINGS = ['mean', 'cls', 'last_token'] as const;
/** How token vectors become one vector; `model` when the graph itself has a `sentence_embedding` output. */
export type Pooling = (typeof POOLINGS)[number] | 'model';

/** What to do with a text over the model's limit. */
export const TRUNCATES = ['end', 'start', 'error'] as const;
/** What to do with a text over the model's limit: cut its end, cut its start, or refuse it. */
export type Truncate = (typeof TRUNCATES)[number];

/** What the vectors are for. */
export const TASKS = [
  'query',
  'document',
  'similarity',
  'classification',
  'clustering',
  'question-answering',
  'fact-verification',
  'code-query',
] as const;
/** What the vectors are for; picks the model's prompt, where it has one. */
export type Task = (typeof TASKS)[number];

/**
 * The texts a model wants before inputs, by task; `default` is for inputs without a task. Empty when it wants none at all. A
 * question, a claim and a request for code that aren't listed are queries; any other task that isn't listed isn't served.
 */
export type PromptSet = Readonly<Partial<Record<Task | 'default', string>>>;

/** How vectors are written in a response. */
export const ENCODING_FORMATS = ['float', 'base64', 'int8', 'binary'] as const;
/**
 * How vectors are written in a response. Compare vectors of one format only.
 *
 * - `float`: `[dimensions]` float32 numbers of unit length. Compare by dot product.
 * - `base64`: the same as little-endian bytes in base64.
 * - `int8`: `[dimensions]` integers of -127 to 127, each vector scaled by its own largest number. Compare by cosine, not by
 *   dot product. A cosine is off by at most 0.001 (bundled model) and 0.003 (all-MiniLM-L6-v2).
 * - `binary`: `[ceil(dimensions / 8)]` bytes of 0 to 255, one bit a number, the highest first: 1 where it is over 0.
 *   Compare by Hamming distance `h`. `cos(π · h / dimensions)` estimates the cosine, off by 0.05 on average and by at most
 *   0.17 (bundled model) and 0.25 (all-MiniLM-L6-v2).
 *
 * Measured on all pairs of 48 and 50 texts of many kinds; larger errors are possible on others. Source of the estimate:
 * Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002, section 3.
 */
export type EncodingFormat = (typeof ENCODING_FORMATS)[number];

/** How urgent a call is. */
export const PRIORITIES = ['interactive', 'bulk'] as const;
/** How urgent a call is: interactive calls overtake bulk ones between micro-batches. */
export type Priority = (typeof PRIORITIES)[number];

/** Whether text may leave the device, and who is asked first. */
export const POLICIES = ['only-on-device', 'prefer-on-device', 'prefer-remote', 'only-remote'] as const;
/**
 * Whether text may leave the device, and who is asked first.
 *
 * - `only-on-device`: nothing leaves. Providers of `fallback` are never asked.
 * - `prefer-on-device`: providers are asked when the device can't answer.
 * - `prefer-remote`: the device answers when no provider can.
 * - `only-remote`: nothing is loaded and nothing computed here.
 */
export type Policy = (typeof POLICIES)[number];
