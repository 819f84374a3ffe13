import { describe, expect, test, vi } from 'vitest';
import type { WarningEvent } from '../../../../src/api/events.js';
import { UnknownTextWatch } from '../../../../src/client/calls/unknown-text.js';

type Part = readonly [content: number, unknown: number];

/** Lets a new watch see calls, each of some parts, and gives what it told. */
function watch(...calls: readonly (readonly Part[])[]): WarningEvent[] {
  const tell = vi.fn<(event: WarningEvent) => void>();
  const watched = new UnknownTextWatch(tell);
  for (const parts of calls) {
    const call = watched.begin();
    for (const [content, unknown] of parts) {
      call.add({ contentTokens: Uint32Array.of(content), unknownTokens: Uint32Array.of(unknown), model: 'team/model' });
    }
    call.end();
  }
  return tell.mock.calls.map(([event]) => event);
}

describe('UnknownTextWatch', () => {
  test('tells of a call that is mostly unknown, by the model', () => {
    const [event, ...others] = watch([[4, 3]]);
    expect(others).toEqual([]);
    expect(event?.code).toBe('unknown_text');
    expect(event?.message).toContain(`'team/model'`);
    expect(event?.message).toContain('3 of 4 tokens');
  });

  test('tells once, however many calls there are', () => {
    expect(watch([[4, 0]], [[4, 3]], [[4, 4]])).toHaveLength(1);
  });

  test('counts all parts of a call together', () => {
    expect(
      watch([
        [4, 4],
        [10, 0],
      ]),
    ).toEqual([]);
    expect(
      watch([
        [4, 0],
        [10, 10],
      ]),
    ).toHaveLength(1);
  });

  test.each<[what: string, call: Part[]]>([
    ['half unknown', [[4, 2]]],
    ['of no text', [[0, 0]]],
    ['of no parts', []],
  ])('leaves a call that is %s alone', (_what, call) => {
    expect(watch(call)).toEqual([]);
  });

  test('leaves out what does not tell', () => {
    const tell = vi.fn();
    const call = new UnknownTextWatch(tell).begin();
    call.add({ model: 'remote' });
    call.end();
    expect(tell).not.toHaveBeenCalled();
  });
});
