import { describe, expect, test, vi } from 'vitest';
import { BadRequestError, WorkerDiedError } from '../../../src/errors/errors.js';
import { withRetries } from '../../../src/jobs/retry.js';
import { catchRejection } from '../catch-error.js';

const died = new WorkerDiedError('worker_died', 'It died.');

describe('withRetries', () => {
  test('tries again what may pass', async () => {
    const attempt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(died).mockResolvedValue('done');
    expect(await withRetries(attempt, [1, 1], new AbortController().signal)).toBe('done');
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  test("gives the last try's error", async () => {
    const attempt = vi.fn<() => Promise<string>>().mockRejectedValue(died);
    expect(await catchRejection(withRetries(attempt, [1, 1], new AbortController().signal))).toBe(died);
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  test.each([new BadRequestError('invalid_value', 'Wrong.'), new TypeError('a bug')])(
    'gives %s at once',
    async (error) => {
      const attempt = vi.fn<() => Promise<string>>().mockRejectedValue(error);
      expect(await catchRejection(withRetries(attempt, [1, 1], new AbortController().signal))).toBe(error);
      expect(attempt).toHaveBeenCalledOnce();
    },
  );

  test('ends while it pauses when the signal aborts', async () => {
    const controller = new AbortController();
    const attempt = vi.fn<() => Promise<string>>().mockRejectedValue(died);
    const answer = catchRejection(withRetries(attempt, [1_000_000], controller.signal));
    setTimeout(() => {
      controller.abort('enough');
    });
    expect(await answer).toBe('enough');
    expect(attempt).toHaveBeenCalledOnce();
  });
});
