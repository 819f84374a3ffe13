import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EmbeddedRows, TargetRequest } from '../../../src/contract/target.js';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { BadRequestError, EmbeddingError, WorkerDiedError } from '../../../src/errors/errors.js';
import { embedPart } from '../../../src/jobs/embed-part.js';
import { countInputs, isRows, type StoredPart } from '../../../src/jobs/stored-part.js';
import { catchRejection } from '../../support/catch-error.js';
import { makeRows } from './support.js';

const INPUTS = ['one', 'two', 'three', 'four', 'five', 'six'];

/** Embeds {@link INPUTS} as the inputs from 64 to 69 of a job of 70, and notes what is asked. */
function embedWith(
  fail: (inputs: TargetRequest['inputs']) => EmbeddingError | undefined,
  isSuspected = false,
): {
  readonly part: Promise<StoredPart>;
  readonly asked: string[];
  readonly waiting: (string | undefined)[];
} {
  const asked: string[] = [];
  const waiting: (string | undefined)[] = [];
  const embed = (inputs: TargetRequest['inputs']): Promise<EmbeddedRows> => {
    asked.push(inputs.join(' '));
    const error = fail(inputs);
    return error ? Promise.reject(error) : Promise.resolve(makeRows(inputs));
  };
  const { signal } = new AbortController();
  const onWaiting = (error: unknown): void => {
    waiting.push(error instanceof Error ? error.message : undefined);
  };
  return { part: embedPart(INPUTS, { embed, start: 64, total: 70, signal, isSuspected, onWaiting }), asked, waiting };
}

/** Lets waits end when timers are run; a page's events, which end them too, never come. */
function fakeTime(): void {
  vi.useFakeTimers();
  for (const name of ['addEventListener', 'removeEventListener']) vi.stubGlobal(name, () => undefined);
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function failOver(input: string, code: ErrorCode) {
  return (inputs: TargetRequest['inputs']) =>
    inputs.includes(input) ? new EmbeddingError(code, 'It failed.') : undefined;
}

function hangOver(index: number): EmbeddingError {
  return new WorkerDiedError('worker_hung', `'input[${index}]' hung.`, { param: 'input', index });
}

/** The vectors' first numbers, which are the inputs' lengths, and codes in their places. */
function summarise(part: StoredPart): unknown[] {
  return part.flatMap((piece): (number | string)[] =>
    isRows(piece) ? [...piece.vectors].filter((_, index) => index % 2 === 0) : [piece.code],
  );
}

describe('embedPart', () => {
  test('gives the vectors of all inputs by one call', async () => {
    const { part, asked } = embedWith(() => undefined);
    expect(summarise(await part)).toEqual([3, 3, 5, 4, 4, 3]);
    expect(asked).toHaveLength(1);
  });

  test('leaves out the inputs that an error names, and says where they are in the job', async () => {
    const isBad = new Set<unknown>(['two', 'six']);
    const { part } = embedWith((inputs) => {
      const index = inputs.findIndex((input) => isBad.has(input));
      if (index === -1) return undefined;
      return new BadRequestError('context_length_exceeded', `Expected 'input[${index}]' to be short.`, { index });
    });
    const embedded = await part;
    expect(summarise(embedded)).toEqual([3, 'context_length_exceeded', 5, 4, 4, 'context_length_exceeded']);
    expect(countInputs(embedded)).toEqual({ completed: 4, failed: 2 });
    expect(embedded.flatMap((piece) => (isRows(piece) ? [] : [piece.message]))).toEqual([
      "Expected 'input[65]' to be short.",
      "Expected 'input[69]' to be short.",
    ]);
  });

  test.each<ErrorCode>(['bad_request', 'invalid_vector', 'worker_died', 'worker_hung', 'internal'])(
    'finds the input that ends in %s by halves',
    async (code) => {
      const { part, asked } = embedWith(failOver('five', code));
      expect(summarise(await part)).toEqual([3, 3, 5, 4, code, 3]);
      expect(asked).toContain('a');
    },
  );

  test('takes no input for impossible where workers hang over a harmless text as well', async () => {
    const { part, asked } = embedWith((inputs) => hangOver(inputs.length - 1));
    expect(await catchRejection(part)).toMatchObject({ code: 'worker_hung' });
    expect(asked).toEqual([INPUTS.join(' '), 'a']);
  });

  test('takes no input for impossible where a harmless text fails as well', async () => {
    const error = new WorkerDiedError('worker_died', 'It died.');
    const { part, asked } = embedWith(() => error);
    expect(await catchRejection(part)).toBe(error);
    expect(asked).toEqual([INPUTS.join(' '), 'a']);
  });

  test('rejects with what was refused when that is refused of every text', async () => {
    const { part } = embedWith((inputs) => new EmbeddingError('bad_request', `refused ${inputs.length}`));
    expect(await catchRejection(part)).toMatchObject({ code: 'bad_request', message: 'refused 1' });
  });

  test('leaves out the input over which a worker is known to hang, without a call for each half', async () => {
    const { part, asked } = embedWith((inputs) => {
      const index = inputs.indexOf('five');
      return index === -1 ? undefined : new WorkerDiedError('worker_hung', "It hung over 'input[4]'.", { index });
    });
    expect(summarise(await part)).toEqual([3, 3, 5, 4, 'worker_hung', 3]);
    expect(asked).toHaveLength(4);
  });

  describe('of a part that has failed before', () => {
    test.each<ErrorCode>(['server_error', 'connection_failed', 'timeout'])(
      'finds the input that ends in %s each time',
      async (code) => {
        const { part, asked } = embedWith(failOver('five', code), true);
        expect(summarise(await part)).toEqual([3, 3, 5, 4, code, 3]);
        expect(asked.filter((inputs) => inputs === 'five')).toHaveLength(3);
      },
    );

    test('leaves out no input that succeeds at another try', async () => {
      let tries = 0;
      const { part } = embedWith(
        (inputs) => (inputs.includes('five') && ++tries < 6 ? new EmbeddingError('server_error', 'Busy.') : undefined),
        true,
      );
      expect(summarise(await part)).toEqual([3, 3, 5, 4, 4, 3]);
    });

    test('waits for a provider that rests on account of the failure', async () => {
      fakeTime();
      let rests = 0;
      const fail = (inputs: TargetRequest['inputs']): EmbeddingError | undefined => {
        if (inputs.includes('five')) rests = 2;
        else if (rests > 0) return new EmbeddingError('provider_resting', `It rests: ${--rests}.`);
        return inputs.includes('five') ? new EmbeddingError('timeout', 'Late.') : undefined;
      };
      const { part, waiting } = embedWith(fail, true);
      await vi.runAllTimersAsync();
      expect(summarise(await part)).toEqual([3, 3, 5, 4, 'timeout', 3]);
      expect(waiting.slice(0, 3)).toEqual(['It rests: 1.', 'It rests: 0.', undefined]);
    });

    test('waits no longer than a provider rests', async () => {
      fakeTime();
      const { part } = embedWith((inputs) => {
        return new EmbeddingError(inputs.includes('a') ? 'provider_resting' : 'timeout', 'It is down.');
      }, true);
      const rejection = catchRejection(part);
      await vi.runAllTimersAsync();
      expect(await rejection).toMatchObject({ code: 'provider_resting' });
    });

    test('takes no input for impossible where a harmless text fails as well', async () => {
      const { part, asked } = embedWith(() => new EmbeddingError('server_error', 'It is down.'), true);
      expect(await catchRejection(part)).toMatchObject({ code: 'server_error' });
      expect(asked).toEqual([INPUTS.join(' '), 'a']);
    });

    test.each<ErrorCode>(['rate_limited', 'model_file_unreachable'])(
      "rejects with %s, which is no input's fault, after one call",
      async (code) => {
        const { part, asked } = embedWith(failOver('five', code), true);
        expect(await catchRejection(part)).toMatchObject({ code });
        expect(asked).toHaveLength(1);
      },
    );
  });

  test.each<ErrorCode>([
    'connection_failed',
    'server_error',
    'model_file_unreachable',
    'authentication_failed',
    'space_mismatch',
  ])("rejects with %s, which is no input's fault, after one call", async (code) => {
    const { part, asked } = embedWith(() => new EmbeddingError(code, 'It failed.'));
    expect(await catchRejection(part)).toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });
});
