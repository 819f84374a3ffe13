/** How calls end early, and how many at once get through a server that often fails. */
import { describe, expect, test } from 'vitest';
import { createDice } from '../../../support/provider-server/vector.js';
import { catchRejection } from '../../../support/catch-error.js';
import {
  connect,
  embed,
  expectRows,
  makeTexts,
  neverAborted,
  SEGMIND_ASYNC,
  textsOf,
  useLanes,
  VENDORS,
} from './vendors.js';

const openLane = useLanes();

describe.each(VENDORS)('$name', (vendor) => {
  test.each(['nothing', 'head', 'half'] as const)('leaves an answer that hangs after %s when aborted', async (at) => {
    const lane = openLane();
    await lane.script([{ kind: 'hang', at }]);
    const controller = new AbortController();
    const { target } = connect(vendor, lane);
    const pending = catchRejection(target.embed({ inputs: ['a'] }, { signal: controller.signal }));
    await expect.poll(async () => (await lane.log()).requests).toHaveLength(1);
    const reason = new Error('The reader has left.');
    controller.abort(reason);
    expect(await pending).toBe(reason);
    await expect.poll(async () => (await lane.log()).requests).toMatchObject([{ outcome: 'client-left' }]);
    expectRows(await embed(target, ['b']), ['b']);
  });

  test('sends nothing for a signal that has aborted', async () => {
    const lane = openLane();
    const { target, sent } = connect(vendor, lane);
    const signal = AbortSignal.abort('too late');
    expect(await catchRejection(target.embed({ inputs: ['a'] }, { signal }))).toBe('too late');
    expect([sent, (await lane.log()).requests]).toEqual([[], []]);
  });

  test('stops waiting for another try when aborted', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'status', status: 429, headers: { 'retry-after': '50' } }]);
    const controller = new AbortController();
    const { target } = connect(vendor, lane);
    const pending = catchRejection(target.embed({ inputs: ['a'] }, { signal: controller.signal }));
    await expect.poll(async () => (await lane.log()).requests).toMatchObject([{ outcome: 'answered' }]);
    controller.abort('enough');
    expect(await pending).toBe('enough');
    expect((await lane.log()).requests).toHaveLength(1);
  });

  test('sends no further texts of a call once one of its requests has failed', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'status', status: 401, times: 'always' }]);
    const texts = makeTexts(vendor.hasBatches ? 20_000 : 400);
    const error = await catchRejection(embed(connect(vendor, lane).target, texts));
    expect(error).toMatchObject({ status: 401 });
    const sent = (await lane.log()).requests.reduce((sum, request) => sum + request.texts, 0);
    expect(sent).toBeLessThan(texts.length);
  });

  test('ends calls when it is disposed of', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'hang' }]);
    const { target } = connect(vendor, lane);
    const pending = catchRejection(embed(target, ['a']));
    await expect.poll(async () => (await lane.log()).requests).toHaveLength(1);
    target.dispose();
    expect(await pending).toMatchObject({ code: 'disposed' });
    expect(await catchRejection(embed(target, ['a']))).toMatchObject({ code: 'disposed' });
    expect((await lane.log()).requests).toHaveLength(1);
  });
});

describe.each([...VENDORS, SEGMIND_ASYNC])('$name', (vendor) => {
  test('answers 200 calls at once while a third of all requests fails', async () => {
    const lane = openLane();
    const failure = {
      kind: 'status',
      headers: { 'retry-after-ms': '1' },
      times: 'always',
      probability: 1 / 6,
    } as const;
    await lane.script([
      { ...failure, status: 503, seed: 11 },
      // One in five of what the first lets through: a third in all.
      { ...failure, status: 429, seed: 23, probability: 1 / 5 },
    ]);
    const { target, sent } = connect(vendor, lane, { maxRetries: 40 });
    const roll = createDice(5);
    const calls = Array.from({ length: 200 }, (_, call) =>
      Array.from({ length: 1 + Math.floor(roll() * 3) }, (_item, place) => `call ${call} text ${place}`),
    );
    const answers = await Promise.all(calls.map((inputs) => target.embed({ inputs }, { signal: neverAborted() })));
    answers.forEach((rows, call) => {
      expectRows(rows, calls[call] ?? []);
    });
    const { requests } = await lane.log();
    const answered = requests.filter(({ fault }) => fault === undefined).flatMap(textsOf);
    expect(answered.sort()).toEqual(calls.flat().sort());
    expect(requests.some(({ fault }) => fault !== undefined)).toBe(true);
    // Polls carry no text.
    expect(sent).toHaveLength(requests.filter(({ method }) => method === 'POST').length);
  });
});
