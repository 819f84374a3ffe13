/** This library's errors as the AI SDK's: it tries again by `isRetryable`, and apps look at the status. */
import { APICallError } from '@ai-sdk/provider';
import { isEmbeddingError } from '../../errors/errors.js';
import { isWorthAnotherTry } from '../../errors/is-worth-another-try.js';

/** Where a call goes that no server is asked for. */
const LOCAL_URL = 'inpage-embeddings:embeddings';

/** The error the AI SDK understands; whatever isn't this library's own stays as it is. */
export function toAISDKError(error: unknown, requestBodyValues: Readonly<Record<string, unknown>>): unknown {
  if (!isEmbeddingError(error)) return error;
  const { message, status, code, type, param, url = LOCAL_URL, detail } = error;
  return new APICallError({
    message,
    url,
    requestBodyValues,
    ...(status !== undefined && { statusCode: status }),
    ...(detail !== undefined && { responseBody: detail }),
    cause: error,
    isRetryable: isWorthAnotherTry(error),
    data: { code, type, param },
  });
}
