import { describe, expect, test, vi } from 'vitest';
import type { EgressAnswer, EgressRequest } from '../../../src/api/egress.js';
import { EgressDeniedError } from '../../../src/errors/errors.js';
import { EgressGate, type EgressRules } from '../../../src/egress/egress-gate.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';

const { signal } = new AbortController();
const TO = { provider: 'infinity', host: 'some.example' };

function makeGate(onEgress?: EgressRules['onEgress'], policy: EgressRules['policy'] = 'only-remote'): EgressGate {
  return new EgressGate({ policy, ...(onEgress && { onEgress }) }, TO);
}

describe('EgressGate', () => {
  test('lets nothing through under only-on-device, whatever the app says', async () => {
    const onEgress = vi.fn(() => true);
    const error = await catchRejection(makeGate(onEgress, 'only-on-device').ask('embed', { inputs: ['a'] }, signal));
    expect(error).toBeInstanceOf(EgressDeniedError);
    expect(onEgress).not.toHaveBeenCalled();
  });

  test('takes the naming of a provider for consent', async () => {
    await makeGate().ask('embed', { inputs: ['a'] }, signal);
  });

  test('counts texts and bytes, token ids as JSON', async () => {
    const asked: EgressRequest[] = [];
    const gate = makeGate((request) => asked.push(request) > 0);
    await gate.ask('embed', { inputs: ['ä€', [101, 7]] }, signal);
    await gate.ask('embed', {}, signal);
    await gate.ask('job', { size: { texts: 3, bytes: 9 } }, signal);
    await gate.ask('parity-probe', { inputs: ['private'] }, signal, { texts: 5, bytes: 100 });
    expect(asked).toEqual([
      { ...TO, purpose: 'embed', texts: 2, bytes: 5 + 7 },
      { ...TO, purpose: 'embed' },
      { ...TO, purpose: 'job', texts: 3, bytes: 9 },
      { ...TO, purpose: 'parity-probe', texts: 5, bytes: 100 },
    ]);
  });

  test('asks once for a call and a purpose', async () => {
    const onEgress = vi.fn(() => true);
    const gate = makeGate(onEgress);
    const call = { inputs: ['a'] };
    await Promise.all([gate.ask('embed', call, signal), gate.ask('embed', call, signal)]);
    await gate.ask('parity-probe', call, signal);
    expect(onEgress).toHaveBeenCalledTimes(2);
    await gate.ask('embed', { inputs: ['a'] }, signal);
    expect(onEgress).toHaveBeenCalledTimes(3);
  });

  test('asks one question at a time, and no more once the answer is always', async () => {
    const answer = createDeferred<EgressAnswer>();
    const onEgress = vi.fn(() => answer.promise);
    const gate = makeGate(onEgress);
    const asked = ['a', 'b', 'c'].map((text) => gate.ask('embed', { inputs: [text] }, signal));
    await new Promise((resolve) => setImmediate(resolve));
    expect(onEgress).toHaveBeenCalledTimes(1);
    answer.resolve('always');
    await Promise.all(asked);
    expect(onEgress).toHaveBeenCalledTimes(1);
  });

  test('asks the next call again after a no', async () => {
    const onEgress = vi.fn<() => boolean>(() => true).mockReturnValueOnce(false);
    const gate = makeGate(onEgress);
    expect(await catchRejection(gate.ask('embed', { inputs: ['a'] }, signal))).toMatchObject({ code: 'egress_denied' });
    await gate.ask('embed', { inputs: ['b'] }, signal);
  });

  test.each<[what: string, answer: unknown]>([
    ['1', 1],
    ['yes', 'yes'],
    ['nothing', undefined],
    ['an object', {}],
  ])('takes %s for a no', async (_what, answer) => {
    const gate = makeGate(() => answer as never);
    expect(await catchRejection(gate.ask('embed', { inputs: ['a'] }, signal))).toBeInstanceOf(EgressDeniedError);
  });

  test('keeps what the app throws as the cause', async () => {
    const cause = new Error('closed');
    const gate = makeGate(() => Promise.reject(cause));
    expect(await catchRejection(gate.ask('embed', { inputs: ['a'] }, signal))).toMatchObject({ cause });
  });

  test('lets a call go that is given up while the app thinks', async () => {
    const gate = makeGate(() => new Promise(() => undefined));
    const controller = new AbortController();
    const asked = catchRejection(gate.ask('embed', { inputs: ['a'] }, controller.signal));
    controller.abort('stopped');
    expect(await asked).toBe('stopped');
  });
});
