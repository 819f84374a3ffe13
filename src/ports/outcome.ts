/** How a call ends that crosses to another realm. Types only. */
import type { ErrorRecord } from './error-record.js';

/** A value, or the record of the error that came instead: nothing is thrown across, where errors lose class and fields. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord };
