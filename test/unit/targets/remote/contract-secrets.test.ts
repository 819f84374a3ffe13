/** No key and no text in anything a provider throws or prints, whatever the server says. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LANE_KEY, type ErrorShape, type Fault } from '../../../support/provider-server/wire.js';
import { catchRejection } from '../../../support/catch-error.js';
import { connect, embed, neverAborted, SEGMIND_ASYNC, useLanes, VENDORS } from './vendors.js';

const openLane = useLanes();

const TEXTS: readonly string[] = [
  'Zanzibar quokka keeps velvet umbrellas under the observatory stairs.',
  'She said "marzipan" and\nthen "gallbladder",\tnaïvely.',
];

/** Words that stand nowhere but in the texts, and what a key can be known by. */
const SECRETS: readonly string[] = [
  ...['Zanzibar', 'quokka', 'velvet', 'umbrella', 'observatory', 'marzipan', 'gallbladder'],
  ...[LANE_KEY, LANE_KEY.slice(0, 10), LANE_KEY.slice(-8)],
];

const PRINTERS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

const SHAPES: readonly ErrorShape[] = ['fastapi-list', 'echo', 'echo-text', 'echo-part'];

const FAULTS: readonly (readonly [string, Fault])[] = [
  ...[400, 401, 422, 500].flatMap((status) =>
    SHAPES.map((shape): readonly [string, Fault] => [
      `${status} in the form ${shape}`,
      { kind: 'status', status, shape },
    ]),
  ),
  ['a page', { kind: 'html' }],
  ['a text with status 200', { kind: 'body', body: `Echo: ${TEXTS.join(' ')} ${LANE_KEY}`, contentType: 'text/plain' }],
  ['other JSON', { kind: 'body', body: JSON.stringify({ data: TEXTS, key: LANE_KEY }) }],
  ['JSON that breaks off', { kind: 'body', body: `{"input":${JSON.stringify(TEXTS)},"key":"${LANE_KEY}",` }],
  ['an id that is the key', { kind: 'status', status: 400, headers: { 'x-request-id': LANE_KEY } }],
  ['NaN', { kind: 'rows', change: 'nan' }],
  ['a string as a number', { kind: 'rows', change: 'string' }],
  ['a redirect', { kind: 'redirect' }],
  ['a connection that closes', { kind: 'cut', at: 'nothing' }],
  ['an answer that breaks off', { kind: 'cut' }],
  ['an answer that never comes', { kind: 'hang' }],
];

describe.each(VENDORS)('$name', (vendor) => {
  /** What was printed. */
  let printed: unknown[] = [];

  beforeEach(() => {
    printed = [];
    for (const name of PRINTERS) vi.spyOn(console, name).mockImplementation((...words) => printed.push(words));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each(FAULTS)('keeps texts and key to itself after %s', async (_name, fault) => {
    const lane = openLane();
    await lane.script([{ ...fault, times: 'always' }]);
    for (const text of TEXTS) {
      const { target } = connect(vendor, lane, { maxRetries: 0, timeoutMs: fault.kind === 'hang' ? 50 : 10_000 });
      const error = await catchRejection(embed(target, [text]));
      expect(findSecrets(error)).toEqual([]);
    }
    expect(findSecrets(printed)).toEqual([]);
  });

  test('shows the key nowhere on the provider, its target or their JSON', () => {
    const lane = openLane();
    const provider = vendor.create(lane);
    const { target } = connect(vendor, lane);
    expect([findSecrets(provider), findSecrets(target)]).toEqual([[], []]);
    expect(provider.space).not.toContain(LANE_KEY);
  });
});

describe('a job that fails', () => {
  const [text = ''] = TEXTS;
  const fault: Fault = { kind: 'job', queuedPolls: 0, processingPolls: 0, ends: 'FAILED', detail: `Blocked: ${text}` };

  test('keeps its text out of the error of a call', async () => {
    const lane = openLane();
    await lane.script([fault]);
    const error = await catchRejection(embed(connect(SEGMIND_ASYNC, lane).target, [text]));
    expect(error).toMatchObject({ name: 'InferenceFailed' });
    expect(findSecrets(error)).toEqual([]);
  });

  test('keeps its text out of the error of its result', async () => {
    const lane = openLane();
    await lane.script([fault]);
    const { jobs } = connect(SEGMIND_ASYNC, lane).target;
    const options = { signal: neverAborted() };
    const id = (await jobs?.submit({ inputs: [text] }, options)) ?? '';
    const error = await catchRejection(Promise.resolve(jobs?.result(id, { inputs: [text] }, options)));
    expect(error).toMatchObject({ name: 'InferenceFailed' });
    expect(findSecrets(error)).toEqual([]);
  });
});

/** The secrets in a value: in strings, and in all that can be reached from it by properties, enumerable or not. */
function findSecrets(value: unknown): readonly string[] {
  const seen = new Set<object>();
  const strings: string[] = [];
  visit(value);
  const all = strings.join('\n').toLowerCase();
  return SECRETS.filter((secret) => all.includes(secret.toLowerCase()));

  function visit(current: unknown): void {
    if (typeof current === 'string') strings.push(current);
    if (typeof current !== 'object' || current === null || seen.has(current)) return;
    seen.add(current);
    if (current instanceof Headers || current instanceof Map) visit([...current.entries()]);
    for (const name of Reflect.ownKeys(current)) {
      strings.push(String(name));
      visit(Reflect.get(current, name));
    }
  }
}
