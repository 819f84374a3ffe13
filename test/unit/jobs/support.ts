/** What tests of jobs share. */
import type { JobRecord } from '../../../src/jobs/job-record.js';
import type { EmbeddedRows } from '../../../src/contract/target.js';

/** A job of three inputs that nobody has worked on. */
export function makeRecord(changes: Partial<JobRecord> = {}): JobRecord {
  return {
    id: 'job',
    model: 'model',
    owner: 'owner',
    format: 'float',
    request: { truncate: 'end' },
    status: 'QUEUED',
    completed: 0,
    total: 3,
    createdAt: 1_000,
    changedAt: 1_000,
    computeMs: 0,
    ...changes,
  };
}

/** A vector for each input, whose first number is the input's length. */
export function makeRows(inputs: readonly (string | readonly number[])[], space = 'some-space'): EmbeddedRows {
  return {
    vectors: new Float32Array(inputs.flatMap(({ length }) => [length, 1])),
    dimensions: 2,
    totalTokens: inputs.length,
    space,
    provider: { kind: 'local', id: 'fake' },
    model: 'model',
  };
}
