/** Nothing leaves unasked, and what leaves is counted. */
import { EgressDeniedError, type EgressEvent, type EgressRequest } from 'inpage-embeddings';
import { infinity, nugen, openaiCompatible, segmind } from 'inpage-embeddings/providers';
import { expect, inject, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';

const BROKEN = { assetsUrl: '/nowhere/', device: 'wasm' } as const;
const apiKey = (): string => LANE_KEY;

function provide({ url }: Lane): ReturnType<typeof openaiCompatible> {
  return openaiCompatible({ baseURL: `${url}/v1`, model: 'm', apiKey });
}

/** Every provider there is, each with a lane. */
function provideAll(): { lane: Lane; fallback: ReturnType<typeof openaiCompatible>[] } {
  const lane = openLane(inject('providerUrl'));
  return {
    lane,
    fallback: [
      provide(lane),
      infinity({ baseURL: lane.url, model: 'm', apiKey }),
      nugen({ baseURL: lane.url, model: 'm', apiKey }),
      segmind({ baseURL: lane.url, model: 'text-embedding-3-small', apiKey }),
      segmind({ baseURL: lane.url, model: 'gemini-embedding-001', apiKey, mode: 'async' }),
    ],
  };
}

test('only-on-device reaches no provider, whatever fails here', async () => {
  const { lane, fallback } = provideAll();
  const fetched = vi.spyOn(globalThis, 'fetch');
  const onEgress = vi.fn(() => true);
  const client = startClient({ ...BROKEN, fallback, policy: 'only-on-device', onEgress });
  for (let call = 0; call < 3; call++) await catchRejection(client.embeddings.create({ input: 'private' }));
  await catchRejection(client.embeddings.create({ input: 'private', model: 'm' }));
  expect(fetched.mock.calls.filter(([input]) => JSON.stringify(input).includes(lane.url))).toEqual([]);
  fetched.mockRestore();
  expect((await lane.log()).requests).toEqual([]);
  expect(onEgress).not.toHaveBeenCalled();
  expect(client.egress.requests).toBe(0);
  const remote = client.capabilities().plan.filter(({ kind }) => kind === 'remote');
  expect(remote).toHaveLength(5);
  expect(remote.every(({ usable }) => !usable)).toBe(true);
});

test('onEgress is asked before the first byte, with all it takes to decide', async () => {
  const lane = openLane(inject('providerUrl'));
  const asked: EgressRequest[] = [];
  let sentBefore = -1;
  const client = startClient({
    policy: 'only-remote',
    fallback: [provide(lane)],
    onEgress: async (request) => {
      asked.push(request);
      sentBefore = (await lane.log()).requests.length;
      return true;
    },
  });
  await client.embeddings.create({ input: ['grün', 'ok'] });
  const host = new URL(lane.url).host;
  expect(asked).toEqual([{ provider: 'openai-compatible', host, purpose: 'embed', texts: 2, bytes: 7 }]);
  expect(sentBefore).toBe(0);
  await client.embeddings.create({ input: 'again' });
  expect(asked).toHaveLength(2);
});

test.each([
  ['no', () => false],
  ['nothing', () => undefined as never],
  [
    'an error',
    () => {
      throw new Error('closed');
    },
  ],
])('an app that answers %s keeps its text', async (_what, onEgress) => {
  const lane = openLane(inject('providerUrl'));
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)], onEgress });
  const error = await catchRejection(client.embeddings.create({ input: 'private' }));
  expect(error).toBeInstanceOf(EgressDeniedError);
  expect(error).toMatchObject({ code: 'egress_denied', retryable: false });
  expect((await lane.log()).requests).toEqual([]);
  expect(client.egress.requests).toBe(0);
});

test('a no sends the call to the device, and the next call is asked again', async () => {
  const lane = openLane(inject('providerUrl'));
  const onEgress = vi.fn(() => false);
  const client = startClient({ device: 'wasm', policy: 'prefer-remote', fallback: [provide(lane)], onEgress });
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('local');
  expect(onEgress).toHaveBeenCalledTimes(1);
  expect((await lane.log()).requests).toEqual([]);
});

test('a yes is for one call, however many requests it takes', async () => {
  const lane = openLane(inject('providerUrl'));
  const onEgress = vi.fn<(request: EgressRequest) => boolean>(() => true);
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)], onEgress });
  const input = Array.from({ length: 1000 }, (_, index) => `text ${index}`);
  await client.embeddings.create({ input });
  expect(onEgress).toHaveBeenCalledTimes(1);
  expect(onEgress.mock.calls[0]?.[0]).toMatchObject({ texts: 1000 });
  expect(client.egress.requests).toBeGreaterThan(1);
  expect(client.egress.texts).toBe(1000);
});

test('a stream is asked for once, without a number of texts', async () => {
  const lane = openLane(inject('providerUrl'));
  const onEgress = vi.fn<(request: EgressRequest) => boolean>(() => true);
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)], onEgress });
  let count = 0;
  for await (const { embedding } of client.embeddings.stream({ input: ['a', 'b', 'c'] })) count += embedding.length;
  expect(count).toBe(24);
  expect(onEgress).toHaveBeenCalledTimes(1);
  expect(onEgress.mock.calls[0]?.[0]).not.toHaveProperty('texts');
});

test('no connection is made before the app has agreed, not even to ask which server is idle', async () => {
  const lanes = [openLane(inject('providerUrl')), openLane(inject('providerUrl'))];
  const fallback = lanes.map(({ url }) => infinity({ baseURL: url, model: 'm', apiKey }));
  const refusing = vi.fn<(request: EgressRequest) => boolean>(() => false);
  const client = startClient({ policy: 'only-remote', fallback, onEgress: refusing });
  await catchRejection(client.embeddings.create({ input: 'a' }));
  const reached = await Promise.all(lanes.map((lane) => lane.log()));
  expect(reached.map(({ requests, preflights }) => requests.length + preflights)).toEqual([0, 0]);
  expect(new Set(refusing.mock.calls.map(([{ purpose }]) => purpose))).toEqual(new Set(['load', 'embed']));
});

test('always is for as long as the client lives, and for calls that wait for the same answer', async () => {
  const lane = openLane(inject('providerUrl'));
  const onEgress = vi.fn(() => Promise.resolve('always' as const));
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)], onEgress });
  await Promise.all(['a', 'b', 'c'].map((input) => client.embeddings.create({ input })));
  await client.embeddings.create({ input: 'd' });
  expect(onEgress).toHaveBeenCalledTimes(1);
});

test('a call can be given up while the app is asked', async () => {
  const lane = openLane(inject('providerUrl'));
  const client = startClient({
    policy: 'only-remote',
    fallback: [provide(lane)],
    onEgress: () => new Promise(() => undefined),
  });
  const error = await catchRejection(client.embeddings.create({ input: 'a' }, { timeoutMs: 50 }));
  expect(error).toMatchObject({ code: 'timeout' });
  expect((await lane.log()).requests).toEqual([]);
});

test('every request is told and counted, those sent again too', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([{ kind: 'status', status: 503, headers: { 'retry-after-ms': '1' }, path: '/embeddings' }]);
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)] });
  const events: EgressEvent[] = [];
  client.on('egress', (event) => events.push(event));
  await client.embeddings.create({ input: ['grün', 'ok'] });
  const host = new URL(lane.url).host;
  const event = { provider: 'openai-compatible', host, purpose: 'embed', texts: 2, bytes: 7 };
  expect(events).toEqual([event, event]);
  const count = { requests: 2, texts: 4, bytes: 14 };
  expect(client.egress).toEqual({ ...count, hosts: { [host]: count } });
  expect((await lane.log()).requests).toHaveLength(2);
});

test('no key and no text is in anything thrown or printed', async () => {
  const { lane, fallback } = provideAll();
  const printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
  await lane.script(
    [401, 403, 400, 429, 500].map((status) => ({
      kind: 'status',
      status,
      shape: 'echo',
      times: 3,
      headers: { 'retry-after-ms': '1' },
    })),
  );
  const client = startClient({ ...BROKEN, fallback });
  const thrown: unknown[] = [];
  for (let call = 0; call < 4; call++)
    thrown.push(await client.embeddings.create({ input: 'my secret diary' }).catch((error: unknown) => error));
  const text = [
    ...thrown.map(describe),
    ...printed.flatMap(({ mock }) => mock.calls.map((call) => call.map(describe).join(' '))),
  ].join('\n');
  vi.restoreAllMocks();
  expect(thrown.some((error) => error instanceof Error)).toBe(true);
  expect(text).not.toContain(LANE_KEY);
  expect(text).not.toContain('secret diary');
});

/** All that can be read of an error, causes and attempts included. */
function describe(value: unknown): string {
  if (!(value instanceof Error)) return typeof value === 'string' ? value : '';
  const { attempts = [] } = value as { attempts?: readonly { error: unknown }[] };
  return [
    String(value),
    value.stack,
    JSON.stringify(value),
    describe(value.cause),
    ...attempts.map(({ error }) => describe(error)),
  ].join(' ');
}
