/**
 * What jobs share with `embeddings`. It is handed to their code rather than imported there: what two files of the package
 * import would move out of the entry, and both parts of the entry would compress worse.
 */
import { checkParams, checkSignal } from './check-input.js';
import { checkInteger, checkKnown, checkObject } from './check-value.js';
import { collectResponse } from './shape-response.js';

/** Checks of requests and options, and the way to a response. */
export interface JobTools {
  readonly checkParams: typeof checkParams;
  readonly checkSignal: typeof checkSignal;
  readonly checkInteger: typeof checkInteger;
  readonly checkKnown: typeof checkKnown;
  readonly checkObject: typeof checkObject;
  readonly collectResponse: typeof collectResponse;
}

/** The entry's own. */
export const JOB_TOOLS: JobTools = {
  checkParams,
  checkSignal,
  checkInteger,
  checkKnown,
  checkObject,
  collectResponse,
};
