/** No answer is read further than any answer to the same question could be. */
import { describe, expect, test } from 'vitest';
import { boundAnswer } from '../../../../../src/targets/remote/http/read-body.js';
import { infinity } from '../../../../../src/targets/remote/vendors/index.js';
import { LANE_KEY } from '../../../../support/provider-server/wire.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { connect, embed, makeTexts, neverAborted, SEGMIND_SMALL, useLanes, VENDORS } from '../vendors.js';

const openLane = useLanes();

describe.each(VENDORS)('$name', (vendor) => {
  test.each([
    ['plain', false],
    ['compressed', true],
  ])('stops reading an endless answer, %s, and asks no second time', async (_what, gzip) => {
    const lane = openLane();
    await lane.script([{ kind: 'endless', gzip }]);
    const error = await catchRejection(embed(connect(vendor, lane).target, ['a']));
    expect(error).toMatchObject({ code: 'invalid_reply' });
    expect(String(error)).toContain('its answer is longer');
    expect((await lane.log()).requests).toHaveLength(1);
    await expect.poll(async () => (await lane.log()).requests[0]?.outcome).toBe('client-left');
  });

  test('tells an endless error by its status', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'endless', status: 400 }]);
    const error = await catchRejection(embed(connect(vendor, lane).target, ['a']));
    expect(error).toMatchObject({ code: 'bad_request', status: 400, detail: undefined });
    await expect.poll(async () => (await lane.log()).requests[0]?.outcome).toBe('client-left');
  });
});

test('an endless list of models is let go of', async () => {
  const lane = openLane();
  await lane.script([{ kind: 'endless' }]);
  const provider = infinity({ baseURL: lane.url, model: 'm', apiKey: LANE_KEY });
  const target = provider.connect({ onSend: () => undefined });
  expect(await catchRejection(Promise.resolve(target.load?.(neverAborted())))).toMatchObject({ code: 'invalid_reply' });
});

test('an endless answer about a job is let go of', async () => {
  const lane = openLane();
  await lane.script([{ kind: 'endless', times: 2 }]);
  const { jobs } = connect(SEGMIND_SMALL, lane).target;
  const options = { signal: neverAborted() };
  const request = { inputs: ['a'] };
  for (const asked of [jobs?.status('job-1', options), jobs?.result('job-1', request, options)]) {
    expect(await catchRejection(Promise.resolve(asked))).toMatchObject({ code: 'invalid_reply' });
  }
});

test('the widest vectors with every digit are shorter than the bound, also where the texts are repeated', () => {
  const texts = makeTexts(3).map((text) => `${text}\u0001`);
  const bytes = texts.join('').length;
  // As Python prints a list with an indent.
  const number = '      -1.2345678901234567e-08,\n';
  const answer = number.length * 16_384 * texts.length + JSON.stringify(texts).length;
  expect(boundAnswer({ texts: texts.length, bytes })).toBeGreaterThan(answer);
});
