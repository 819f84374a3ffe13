import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { calibrate } from '../../../../../src/targets/local/pool/calibrate.js';
import type { Target } from '../../../../../src/contract/target.js';
import { catchRejection } from '../../../../support/catch-error.js';

/** Tokens the fake device counts for each text. */
const TOKENS = 50;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A device whose runs take so long, by the number of texts; each first run of a number takes `compilingMs` more. */
function makeDevice(elapsedMs: (texts: number) => number, compilingMs = 0): ReturnType<typeof vi.fn<Target['embed']>> {
  const seen = new Set<number>();
  return vi.fn<Target['embed']>(({ inputs: { length } }) => {
    vi.advanceTimersByTime(elapsedMs(length) + (seen.has(length) ? 0 : compilingMs));
    seen.add(length);
    return Promise.resolve({
      vectors: new Float32Array(length * 2),
      dimensions: 2,
      tokenCounts: new Uint32Array(length).fill(TOKENS),
      truncated: new Uint8Array(length),
      totalTokens: length * TOKENS,
      space: 'some-space',
      provider: { kind: 'local', id: 'fake', device: 'webgpu', runtime: 'onnxruntime', dtype: 'fp16' },
      model: 'some-model',
    });
  });
}

function countTexts(embed: ReturnType<typeof makeDevice>): number[] {
  return embed.mock.calls.map(([{ inputs }]) => inputs.length);
}

describe('calibrate', () => {
  test('gives the tokens a device answers in a millisecond, by many texts', async () => {
    expect(await calibrate(makeDevice((texts) => 8 + texts * 2))).toBe((16 * TOKENS) / 40);
  });

  test('gives those by one text where many are slower', async () => {
    expect(await calibrate(makeDevice((texts) => 10 * texts ** 2))).toBe(TOKENS / 10);
  });

  test("doesn't count what a first run compiles", async () => {
    const embed = makeDevice((texts) => 8 + texts * 2, 5000);
    expect(await calibrate(embed)).toBe((16 * TOKENS) / 40);
    expect(countTexts(embed)).toEqual([1, 1, 16, 16]);
  });

  test.each<[what: string, comparedTo: number | undefined, runs: number[]]>([
    ['goes on without a speed to compare with', undefined, [1, 1, 16, 16]],
    ['goes on while it may still be as fast', 80, [1, 1, 16, 16]],
    ['gives up when one text shows that it is far slower', 81, [1, 1]],
  ])('%s', async (_what, comparedTo, runs) => {
    const embed = makeDevice(() => 10);
    const speed = await calibrate(embed, comparedTo);
    expect(countTexts(embed)).toEqual(runs);
    expect(speed).toBe(runs.length === 2 ? 5 : 80);
  });

  test('stays finite where the clock stands still', async () => {
    expect(await calibrate(makeDevice(() => 0))).toBe((16 * TOKENS) / 0.01);
  });

  test('overtakes bulk work, and lets texts be cut', async () => {
    const embed = makeDevice(() => 10);
    await calibrate(embed);
    for (const [request, options] of embed.mock.calls) {
      expect(request).toMatchObject({ truncate: 'end' });
      expect(request.inputs.every((input) => typeof input === 'string' && input !== '')).toBe(true);
      expect(options).toMatchObject({ priority: 'interactive' });
    }
  });

  test('rejects with what the device says, untouched', async () => {
    const error = new Error('broken');
    expect(await catchRejection(calibrate(() => Promise.reject(error)))).toBe(error);
  });
});
