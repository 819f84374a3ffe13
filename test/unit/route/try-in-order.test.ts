import { expect, test, vi } from 'vitest';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { EmbeddingError, ModelLoadError } from '../../../src/errors/errors.js';
import { FailedTargets } from '../../../src/route/failed-targets.js';
import { tryInOrder } from '../../../src/route/try-in-order.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned } from './support.js';

const [ONE, TWO, THREE] = ['one', 'two', 'three'].map((id) => makePlanned(id)) as [
  ReturnType<typeof makePlanned>,
  ReturnType<typeof makePlanned>,
  ReturnType<typeof makePlanned>,
];
const { signal } = new AbortController();

function fail(code: ErrorCode): EmbeddingError {
  return new EmbeddingError(code, 'Some.');
}

test('tryInOrder gives the first answer, and asks those that may be asked in order', async () => {
  const ask = vi.fn(({ id }: { id: string }) => Promise.resolve(id === 'three' ? 'answer' : undefined));
  const mayAsk = ({ id }: { id: string }): boolean => id !== 'two';
  expect(await tryInOrder([ONE, TWO, THREE], new FailedTargets(), { signal, ask, mayAsk })).toBe('answer');
  expect(ask.mock.calls.map(([{ id }]) => id)).toEqual(['one', 'three']);
});

test('tryInOrder goes on after an error that another target may cure, and keeps it', async () => {
  const failures = new FailedTargets();
  const onFailed = vi.fn();
  const error = fail('worker_died');
  const ask = ({ id }: { id: string }): Promise<string> => (id === 'one' ? Promise.reject(error) : Promise.resolve(id));
  expect(await tryInOrder([ONE, TWO], failures, { signal, ask, onFailed })).toBe('two');
  expect(failures.list()).toEqual([{ target: 'one', error }]);
  expect(onFailed.mock.calls).toEqual([[ONE, error]]);
});

test('tryInOrder ends with an error that no other target cures', async () => {
  const error = fail('disposed');
  const ask = vi.fn(() => Promise.reject<string>(error));
  expect(await catchRejection(tryInOrder([ONE, TWO], new FailedTargets(), { signal, ask }))).toBe(error);
  expect(ask).toHaveBeenCalledOnce();
});

test('tryInOrder leaves out a runtime whose twin has failed over the same files, and tells of it', async () => {
  const kernel = makePlanned('kernel', { runtime: 'kernel' });
  const onFailed = vi.fn();
  const error = new ModelLoadError('model_file_missing', 'Missing.');
  const ask = vi.fn(() => Promise.reject<string>(error));
  expect(await tryInOrder([kernel, ONE], new FailedTargets(), { signal, ask, onFailed })).toBeUndefined();
  expect(ask).toHaveBeenCalledOnce();
  expect(onFailed.mock.calls).toEqual([
    [kernel, error],
    [ONE, error],
  ]);
});

test("tryInOrder asks nobody more once its caller waits no longer, and gives the signal's reason", async () => {
  const controller = new AbortController();
  const ask = vi.fn(() => {
    controller.abort('gone');
    return Promise.reject(fail('worker_died'));
  });
  const answer = tryInOrder([ONE, TWO], new FailedTargets(), { signal: controller.signal, ask });
  expect(await catchRejection(answer)).toBe('gone');
  expect(ask).toHaveBeenCalledOnce();
});
