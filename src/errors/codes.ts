/** The closed table of error codes. What a code means for the caller is decided here and nowhere else. */

/** What a caller can expect of an error with a given code. */
export interface ErrorTraits {
  /** The HTTP status OpenAI's API would have answered with, where there is one. */
  readonly status?: number;
  /** OpenAI's `type` field. */
  readonly type: 'invalid_request_error' | 'api_error' | 'rate_limit_error';
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean;
  /** Whether another target may succeed where this one failed. After `internal` only those on this device are asked. */
  readonly canFallBack: boolean;
}

const invalid = { status: 400, type: 'invalid_request_error', retryable: false, canFallBack: false } as const;
/** The request is right, but this target won't take it. */
const elsewhere = { type: 'invalid_request_error', retryable: false, canFallBack: true } as const;
const broken = { type: 'api_error', retryable: true, canFallBack: true } as const;

/** One of the codes an error of this library can carry. */
export type ErrorCode =
  | 'missing_required_parameter'
  | 'unknown_parameter'
  | 'unsupported_parameter'
  | 'invalid_type'
  | 'invalid_value'
  | 'empty_string'
  | 'empty_array'
  | 'array_above_max_length'
  | 'integer_below_min_value'
  | 'integer_above_max_value'
  | 'context_length_exceeded'
  | 'model_not_found'
  | 'queue_full'
  | 'timeout'
  | 'disposed'
  | 'device_unsupported'
  | 'device_disproved'
  | 'device_lost'
  | 'kernel_unsupported'
  | 'all_targets_failed'
  | 'space_mismatch'
  | 'engine_script_failed'
  | 'worker_script_failed'
  | 'runtime_file_failed'
  | 'model_file_missing'
  | 'model_file_damaged'
  | 'model_file_unreachable'
  | 'model_unsupported'
  | 'content_changed'
  | 'worker_died'
  | 'worker_hung'
  | 'invalid_vector'
  | 'insufficient_memory'
  | 'insufficient_storage'
  | 'device_too_slow'
  | 'storage_unavailable'
  | 'egress_denied'
  | 'bad_request'
  | 'authentication_failed'
  | 'permission_denied'
  | 'not_found'
  | 'insufficient_credits'
  | 'conflict'
  | 'unprocessable'
  | 'rate_limited'
  | 'server_error'
  | 'connection_failed'
  | 'redirect_refused'
  | 'provider_resting'
  | 'invalid_reply'
  | 'inference_failed'
  | 'inference_timeout'
  | 'job_not_found'
  | 'internal';

/** Every code with its traits. */
export const ERROR_TRAITS: Readonly<Record<ErrorCode, ErrorTraits>> = {
  missing_required_parameter: invalid,
  unknown_parameter: invalid,
  unsupported_parameter: invalid,
  invalid_type: invalid,
  invalid_value: invalid,
  empty_string: invalid,
  empty_array: invalid,
  array_above_max_length: invalid,
  integer_below_min_value: invalid,
  integer_above_max_value: invalid,
  context_length_exceeded: invalid,
  model_not_found: { ...invalid, status: 404 },
  // Neither a licence to send text elsewhere nor a reason to start another runtime for it.
  queue_full: { status: 429, type: 'rate_limit_error', retryable: true, canFallBack: false },
  timeout: { status: 408, type: 'api_error', retryable: true, canFallBack: true },
  disposed: { type: 'invalid_request_error', retryable: false, canFallBack: false },
  device_unsupported: { ...broken, retryable: false },
  device_disproved: { ...broken, retryable: false },
  device_lost: broken,
  kernel_unsupported: { ...broken, retryable: false },
  space_mismatch: { status: 409, type: 'invalid_request_error', retryable: false, canFallBack: false },
  all_targets_failed: { ...broken, canFallBack: false },
  engine_script_failed: broken,
  worker_script_failed: broken,
  runtime_file_failed: broken,
  model_file_missing: broken,
  model_file_damaged: broken,
  model_file_unreachable: broken,
  model_unsupported: { ...broken, retryable: false },
  content_changed: { ...broken, status: 409, retryable: false },
  worker_died: broken,
  worker_hung: { ...broken, retryable: false },
  invalid_vector: { ...broken, retryable: false },
  insufficient_memory: { ...broken, retryable: false },
  insufficient_storage: { ...broken, retryable: false },
  device_too_slow: { ...broken, retryable: false },
  storage_unavailable: { ...broken, canFallBack: false },
  egress_denied: { ...elsewhere, status: 403 },
  bad_request: invalid,
  authentication_failed: { ...elsewhere, status: 401 },
  permission_denied: { ...elsewhere, status: 403 },
  not_found: { ...elsewhere, status: 404 },
  insufficient_credits: { ...elsewhere, status: 406 },
  conflict: { ...broken, status: 409 },
  unprocessable: { ...invalid, status: 422 },
  rate_limited: { status: 429, type: 'rate_limit_error', retryable: true, canFallBack: true },
  server_error: { ...broken, status: 500 },
  connection_failed: broken,
  redirect_refused: { ...broken, retryable: false },
  provider_resting: broken,
  invalid_reply: { ...broken, retryable: false },
  inference_failed: { ...broken, status: 422, retryable: false },
  inference_timeout: { ...broken, status: 408, canFallBack: false },
  job_not_found: { ...invalid, status: 404 },
  internal: { status: 500, type: 'api_error', retryable: false, canFallBack: true },
};

/** By this a runtime leaves a model to another one: it says nothing against the model. */
export const RUNTIME_REFUSAL: ErrorCode = 'kernel_unsupported';
