/** An answer before it is sent. */

/** A status, headers and a body. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a page of another origin may read it. @default true */
  readonly cors?: boolean;
}

/** Stands for NaN on its way through JSON.stringify, which would write null. */
export const NAN_MARK = '#NaN#';

/** Stands for a number above the largest double. */
export const INFINITE_MARK = '#Infinite#';

/** A JSON answer. The marks become what some servers write: `NaN`, which no JSON parser takes, and `1e999`. */
export function jsonReply(status: number, value: unknown): Reply {
  const body = JSON.stringify(value).replaceAll(`"${NAN_MARK}"`, 'NaN').replaceAll(`"${INFINITE_MARK}"`, '1e999');
  return { status, body, contentType: 'application/json' };
}
