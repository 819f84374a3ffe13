/** The closed sets of words the public surface and the protocol share. */

/** Number formats of a model's weights. */
export const DTYPES = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
/** Number format of a model's weights. */
export type Dtype = (typeof DTYPES)[number];

/** The parts of a device that can compute. */
export const DEVICES = ['webgpu', 'wasm'] as const;
/** The part of a device that computes. */
export type Device = (typeof DEVICES)[number];

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

/** How vectors are written in a response. */
export const ENCODING_FORMATS = ['float', 'base64'] as const;
/** How vectors are written in a response: arrays of numbers, or base64 of little-endian float32. */
export type EncodingFormat = (typeof ENCODING_FORMATS)[number];

/** How urgent a call is. */
export const PRIORITIES = ['interactive', 'bulk'] as const;
/** How urgent a call is: interactive calls overtake bulk ones between micro-batches. */
export type Priority = (typeof PRIORITIES)[number];
