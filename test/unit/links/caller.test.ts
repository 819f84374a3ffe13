/** Calls over a real port, both ends. */
import { expect, onTestFinished, test } from 'vitest';
import { BadRequestError } from '../../../src/errors/errors.js';
import { answerCalls, type AnswerCall } from '../../../src/links/answer-calls.js';
import { Caller } from '../../../src/links/caller.js';
import { openOutcome } from '../../../src/links/outcome.js';
import { catchRejection } from '../../support/catch-error.js';

function connect<Request, Value>(answer: AnswerCall<Request, Value>): Caller<Request, Value> {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => {
    port1.close();
  });
  answerCalls(port2, answer);
  return new Caller(port1);
}

test('each call gets its own answer, whichever comes first', async () => {
  const releases: (() => void)[] = [];
  const caller = connect(async (request: number) => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return { value: request * 2 };
  });
  const calls = [caller.ask(1), caller.ask(2)];
  await expect.poll(() => releases.length).toBe(2);
  for (const release of releases.toReversed()) release();
  expect((await Promise.all(calls)).map(openOutcome)).toEqual([2, 4]);
});

test('an error crosses as a record, with its class, code and fields', async () => {
  const caller = connect(() =>
    Promise.reject(new BadRequestError('invalid_value', 'Expected less.', { param: 'input', index: 3 })),
  );
  const error = await catchRejection(caller.ask('anything').then(openOutcome));
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ code: 'invalid_value', message: 'Expected less.', param: 'input', index: 3 });
});

test('buffers are handed over both ways', async () => {
  const caller = connect((values: Float32Array<ArrayBuffer>) => {
    values[0] = 7;
    return Promise.resolve({ value: values, transfer: [values.buffer] });
  });
  const values = new Float32Array(4);
  const answer = openOutcome(await caller.ask(values, [values.buffer]));
  expect([values.length, answer.length, answer[0]]).toEqual([0, 4, 7]);
});

test('whoever answers is told which call nobody waits for any more, and its answer is dropped', async () => {
  const cancelled: string[] = [];
  const caller = connect(async (name: string, signal) => {
    if (name === 'long') await new Promise((resolve) => (signal.onabort = resolve));
    if (signal.aborted) cancelled.push(name);
    return { value: name };
  });
  const controller = new AbortController();
  let isSettled = false;
  void caller.ask('long', [], controller.signal).then(() => (isSettled = true));
  controller.abort();
  await expect.poll(() => cancelled).toEqual(['long']);
  expect(openOutcome(await caller.ask('short'))).toBe('short');
  expect(isSettled).toBe(false);
});

test('whatever else passes on the line is left alone', async () => {
  const { port1, port2 } = new MessageChannel();
  answerCalls(port2, (request: number) => Promise.resolve({ value: request }));
  const caller = new Caller<number, number>(port1);
  port1.postMessage({ kind: 'ping' });
  port2.postMessage({ kind: 'alive' });
  expect(openOutcome(await caller.ask(5))).toBe(5);
  port1.close();
});
