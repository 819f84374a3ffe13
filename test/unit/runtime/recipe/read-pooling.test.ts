import { describe, expect, test } from 'vitest';
import type { PoolingMode } from '../../../../src/runtime/recipe/module-plan.js';
import { readPooling } from '../../../../src/runtime/recipe/read-pooling.js';

describe('readPooling', () => {
  test.each<[switches: string[], modes: PoolingMode[]]>([
    [['mean_tokens'], ['mean']],
    [['cls_token'], ['cls']],
    [['max_tokens'], ['max']],
    [['mean_sqrt_len_tokens'], ['mean_sqrt_len']],
    [['weightedmean_tokens'], ['weighted_mean']],
    [['lasttoken'], ['last_token']],
    // Not in the order of the file.
    [['mean_tokens', 'max_tokens', 'cls_token'], ['cls', 'max', 'mean']], // prettier-ignore
    [
      ['lasttoken', 'weightedmean_tokens', 'mean_sqrt_len_tokens'],
      ['mean_sqrt_len', 'weighted_mean', 'last_token'],
    ],
  ])('reads the switches %j, which releases before 5.4 write', (switches, modes) => {
    const on = Object.fromEntries(switches.map((name) => [`pooling_mode_${name}`, true]));
    expect(readPooling({ pooling_mode_odd: false, ...on })).toEqual({ modes, includesPrompt: true });
  });

  test.each<[value: unknown, modes: PoolingMode[]]>([
    ['mean', ['mean']],
    ['cls', ['cls']],
    ['max', ['max']],
    ['mean_sqrt_len_tokens', ['mean_sqrt_len']],
    ['weightedmean', ['weighted_mean']],
    ['lasttoken', ['last_token']],
    [['mean', 'cls'], ['mean', 'cls']], // prettier-ignore
    [['cls'], ['cls']], // prettier-ignore
  ])('reads pooling_mode %j, which releases from 5.4 on write, in its order', (value, modes) => {
    expect(readPooling({ pooling_mode: value, include_prompt: true })).toEqual({ modes, includesPrompt: true });
  });

  test('reads that the prompt does not count', () => {
    expect(readPooling({ pooling_mode: 'mean', include_prompt: false })).toEqual({
      modes: ['mean'],
      includesPrompt: false,
    });
  });

  test.each([{ pooling_mode_mean_tokens: false }, {}, { pooling_mode: [] }])('says nothing of %j', (config) => {
    expect(readPooling(config)).toBeUndefined();
  });

  test.each<[config: Record<string, unknown>, part: string]>([
    [{ pooling_mode: 'attention' }, 'attention'],
    [{ pooling_mode: ['mean', 'toString'] }, 'toString'],
    [{ pooling_mode: 5 }, '5'],
    [{ pooling_mode_mean_tokens: true, pooling_mode_attention: true }, 'pooling_mode_attention'],
  ])('names what stands in the way in %j', (config, part) => {
    expect(readPooling(config)).toEqual({ obstacle: expect.stringContaining(part) as unknown });
  });

  test('names the prompt left out of CLS, and reads what a graph that pools needs to know of it', () => {
    expect(readPooling({ pooling_mode: 'cls', include_prompt: false })).toEqual({
      modes: ['cls'],
      includesPrompt: false,
      obstacle: expect.stringContaining('leaves the prompt out') as unknown,
    });
  });
});
