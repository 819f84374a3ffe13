import { expect, test } from 'vitest';
import { collectJobOutput } from '../../../../src/client/job-calls/shape-job.js';
import type { StoredPart } from '../../../../src/jobs/stored-part.js';
import { makeRows } from '../../jobs/support.js';

// eslint-disable-next-line @typescript-eslint/require-await
async function* give(...parts: readonly StoredPart[]): AsyncGenerator<StoredPart> {
  yield* parts;
}

test('collectJobOutput() keeps every input at its place, those without a vector too', async () => {
  const failure = { code: 'context_length_exceeded', message: 'Too long.' } as const;
  const parts = give([makeRows(['a', 'bb']), failure], [failure, makeRows(['ccc'])]);
  const { data, usage, space } = await collectJobOutput(parts, 'float');
  expect(data).toEqual([
    { object: 'embedding', index: 0, embedding: [1, 1] },
    { object: 'embedding', index: 1, embedding: [2, 1] },
    { object: 'embedding', index: 2, embedding: null, error: { ...failure, param: 'input[2]' } },
    { object: 'embedding', index: 3, embedding: null, error: { ...failure, param: 'input[3]' } },
    { object: 'embedding', index: 4, embedding: [3, 1] },
  ]);
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
  expect(space).toBe('some-space');
});
