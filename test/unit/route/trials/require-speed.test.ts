import { describe, expect, test, vi } from 'vitest';
import { SpeedRequirement } from '../../../../src/route/trials/require-speed.js';
import { catchRejection } from '../../../support/catch-error.js';
import { makePlanned, makeTarget } from '../support.js';

const { signal } = new AbortController();

describe('SpeedRequirement', () => {
  test('lets a target answer that is fast enough, and remembers its speed', async () => {
    const rememberSpeed = vi.fn();
    const target = makeTarget();
    target.measure.mockResolvedValue(0.5);
    const planned = makePlanned('local/wasm');
    await new SpeedRequirement(500, { rememberSpeed }).check(planned, target, signal);
    expect(rememberSpeed.mock.calls).toEqual([[planned, 0.5]]);
  });

  test('refuses one that is slower, with both numbers', async () => {
    const target = makeTarget();
    target.measure.mockResolvedValue(0.4996);
    const requirement = new SpeedRequirement(500, { rememberSpeed: vi.fn() });
    const error = await catchRejection(requirement.check(makePlanned('local/wasm'), target, signal));
    expect(error).toMatchObject({ code: 'device_too_slow', canFallBack: true, retryable: false });
    expect(String(error)).toContain('500 tokens a second');
    expect(String(error)).toContain('measured at 500');
  });

  test('measures once for calls that come together, and neither what is known nor providers', async () => {
    const target = makeTarget();
    const requirement = new SpeedRequirement(1, { rememberSpeed: vi.fn() });
    const planned = makePlanned('local/wasm');
    await Promise.all([1, 2, 3].map(() => requirement.check(planned, target, signal)));
    await requirement.check(makePlanned('known', { tokensPerMs: 0.0001 }), target, signal);
    const remote = { kind: 'remote', id: 'x', provider: 'x', host: 'x', model: 'x', usable: true, reason: '' } as const;
    await requirement.check(remote, target, signal);
    expect(target.measure).toHaveBeenCalledTimes(1);
  });

  test('measures again after a failure, and ends with its caller', async () => {
    const target = makeTarget();
    target.measure.mockRejectedValueOnce(new Error('broken'));
    const requirement = new SpeedRequirement(1, { rememberSpeed: vi.fn() });
    const planned = makePlanned('local/wasm');
    expect(await catchRejection(requirement.check(planned, target, signal))).toMatchObject({ message: 'broken' });
    target.measure.mockReturnValueOnce(new Promise(() => undefined));
    const controller = new AbortController();
    const check = catchRejection(requirement.check(planned, target, controller.signal));
    controller.abort('stopped');
    expect(await check).toBe('stopped');
    await requirement.check(planned, target, signal);
  });
});
