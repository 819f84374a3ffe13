/** Both ends of an outcome: made where a task ran, opened where somebody waits for it. */
import { fromErrorRecord, toErrorRecord } from '../ports/error-record.js';
import type { Outcome } from '../ports/outcome.js';

/** What the task gave, or the record of what it threw. Never rejects. */
export async function toOutcome<T>(task: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  }
}

/** The value. @throws EmbeddingError of the record, with its class, code and fields. */
export function openOutcome<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw fromErrorRecord(outcome.error);
  return outcome.value;
}
