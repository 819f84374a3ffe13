/** What becomes of a provider's vectors: their length, their width, and the name of their space. */
import { describe, expect, test, vi } from 'vitest';
import type { EgressRequest } from '../../../../src/api/egress.js';
import type { Provider, ProviderRequest, ProviderRows, ProviderTarget } from '../../../../src/contract/provider.js';
import type { EmbeddedRows } from '../../../../src/contract/target.js';
import { EgressCounter } from '../../../../src/egress/egress-counter.js';
import { LONG_PROBE_TEXT, PROBE_TEXTS, type ProbeReference } from '../../../../src/spaces/parity/parity-probe.js';
import { RemoteTarget, type RemoteSettings } from '../../../../src/targets/remote/remote-target.js';
import { SpaceBinding } from '../../../../src/spaces/space-binding.js';
import { catchRejection } from '../../../support/catch-error.js';
import { OPTIONS, REQUEST } from '../../route/support.js';

/** What a provider answers to some inputs. */
type Reply = (request: ProviderRequest) => number[][];

/** A connected provider that notes what it is asked. */
function makeProvider(reply: Reply, part: Partial<Provider> = {}, load?: ProviderTarget['load']): Asked {
  const requests: ProviderRequest[] = [];
  const embed = (request: ProviderRequest): Promise<ProviderRows> => {
    requests.push(request);
    const rows = reply(request);
    return Promise.resolve({ vectors: Float32Array.from(rows.flat()), dimensions: rows[0]?.length ?? 0 });
  };
  const provider: Provider = {
    id: 'infinity',
    host: 'h',
    model: 'm',
    sameModel: false,
    space: 'theirs',
    maxInputs: 32,
    connect: () => ({ embed, ...(load && { load }), dispose: () => undefined }),
    ...part,
  };
  return { provider, requests };
}

interface Asked {
  readonly provider: Provider;
  readonly requests: ProviderRequest[];
}

function makeTarget(provider: Provider, settings: Partial<RemoteSettings> = {}): RemoteTarget {
  return new RemoteTarget({
    id: 'infinity/h',
    provider,
    rules: { policy: 'only-remote' },
    counter: new EgressCounter(() => undefined),
    binding: new SpaceBinding(undefined),
    normalize: true,
    facts: { ids: ['m'], dimensions: 3, matryoshkaDimensions: { least: 1, most: 3 } },
    references: [],
    onDisproved: () => undefined,
    ...settings,
  });
}

const UNIT = [0.6, 0.8, 0];

/** The client's own model gives every text the same vector. */
function makeReference(vector: readonly number[], part: Partial<ProbeReference> = {}): ProbeReference {
  return {
    space: `ours;dimensions=${String(vector.length)}`,
    dimensions: vector.length,
    vectors: Float32Array.from(PROBE_TEXTS.flatMap(() => vector)),
    longVector: Float32Array.from(vector),
    prompts: {},
    normalize: true,
    ...part,
  };
}

const answerAll =
  (vector: number[]): Reply =>
  ({ inputs }) =>
    inputs.map(() => vector);

function lengthOf({ vectors }: EmbeddedRows): number {
  return Math.hypot(...vectors);
}

describe("token ids of the client's model", () => {
  const ids = { ...REQUEST, inputs: [[101, 102]] };
  const rules = { policy: 'prefer-on-device' } as const;

  test('go to no provider of another model', async () => {
    const { provider, requests } = makeProvider(answerAll(UNIT));
    const error = await catchRejection(makeTarget(provider, { rules }).embed(ids, OPTIONS));
    expect(error).toMatchObject({ code: 'invalid_type', param: 'input' });
    expect(requests).toEqual([]);
  });

  test.each<[what: string, settings: Partial<RemoteSettings>, model?: string]>([
    ["are the provider's under only-remote", {}],
    ["are the provider's where the request names its model", { rules }, 'm'],
  ])('%s', async (_what, settings, model) => {
    const { provider, requests } = makeProvider(answerAll(UNIT));
    await makeTarget(provider, settings).embed({ ...ids, ...(model !== undefined && { model }) }, OPTIONS);
    expect(requests).toMatchObject([{ inputs: [[101, 102]] }]);
  });
});

describe('a provider of a model of its own', () => {
  test.each<[what: string, vector: number[]]>([
    ['long', [30, 40, 0]],
    ['short', [3e-20, 4e-20, 0]],
    ['cut', [0.3, 0.4]],
  ])('has its %s vectors scaled to unit length', async (_what, vector) => {
    const { provider } = makeProvider(answerAll(vector));
    const rows = await makeTarget(provider).embed({ ...REQUEST, dimensions: vector.length }, OPTIONS);
    expect(lengthOf(rows)).toBeCloseTo(1, 6);
    expect(rows.vectors[0]).toBeCloseTo(0.6, 6);
    expect(rows.space).toBe(`theirs;dimensions=${String(vector.length)}`);
  });

  test('has unit vectors left as they came, to the last bit', async () => {
    const vector = [Math.fround(0.6), Math.fround(0.8000001)];
    const { provider } = makeProvider(answerAll(vector));
    expect([...(await makeTarget(provider).embed(REQUEST, OPTIONS)).vectors]).toEqual(vector);
  });

  test('is asked for the width, and keeps its lengths where the app wants them, in another space', async () => {
    const { provider, requests } = makeProvider(answerAll([3, 4]));
    const target = makeTarget(provider, { normalize: false });
    const rows = await target.embed({ ...REQUEST, dimensions: 2 }, OPTIONS);
    expect([...rows.vectors]).toEqual([3, 4]);
    expect(rows.space).toBe('theirs;scale=none;dimensions=2');
    expect(requests[0]?.dimensions).toBe(2);
  });
});

describe("a provider of the client's model", () => {
  const find = (...references: ProbeReference[]): Pick<RemoteSettings, 'references'> => ({
    references: [() => Promise.resolve(references)],
  });

  test('is asked for whole vectors, which are cut and scaled as this device does it', async () => {
    const { provider, requests } = makeProvider(answerAll(UNIT), { sameModel: true });
    const target = makeTarget(provider, find(makeReference(UNIT)));
    const rows = await target.embed({ ...REQUEST, dimensions: 1 }, OPTIONS);
    expect([...rows.vectors]).toEqual([1]);
    expect(rows.space).toBe('ours;dimensions=1');
    expect(requests.every(({ dimensions }) => dimensions === undefined)).toBe(true);
  });

  test('is refused what is only zeros once it is cut, and vectors of another width', async () => {
    const reference = makeReference(UNIT);
    const isProbe = (text: unknown): boolean => [...PROBE_TEXTS, LONG_PROBE_TEXT].includes(text as string);
    for (const vector of [
      [0, 0, 1],
      [1, 0],
    ]) {
      const reply: Reply = ({ inputs }) => inputs.map((text) => (isProbe(text) ? UNIT : vector));
      const { provider } = makeProvider(reply, { sameModel: true });
      const error = await catchRejection(
        makeTarget(provider, find(reference)).embed({ ...REQUEST, dimensions: 1 }, OPTIONS),
      );
      expect(error).toMatchObject({ code: 'invalid_reply' });
    }
  });

  test('is asked again, one text at a time, when texts that run together move each other', async () => {
    const together = [0.6, 0.8, 0.2];
    const reply: Reply = ({ inputs }) => inputs.map(() => (inputs.length > 1 ? together : UNIT));
    const { provider, requests } = makeProvider(reply, { sameModel: true });
    const rows = await makeTarget(provider, find(makeReference(UNIT))).embed(REQUEST, OPTIONS);
    expect(rows.space).toBe('ours;dimensions=3');
    expect(requests.map(({ inputs }) => inputs.length)).toEqual([4, 1, 1, 1, 1, 1, 1]);
  });

  test('is believed when it agrees with any vectors known of that model', async () => {
    const q8 = [0.6, 0.8, 0.2];
    const { provider } = makeProvider(answerAll(q8), { sameModel: true });
    const references = find(makeReference(UNIT, { dtype: 'fp32' }), makeReference(q8, { dtype: 'q8' }));
    expect((await makeTarget(provider, references).embed(REQUEST, OPTIONS)).space).toBe('ours;dimensions=3');
  });

  test('is believed with quantised weights that the app names, and not without', async () => {
    // A cosine of 0.984.
    const quantised = [0.6, 0.8, 0.18];
    const disproved = vi.fn<(reason: string) => void>();
    const named = makeProvider(answerAll(quantised), { sameModel: true, dtype: 'q8' });
    const fp32 = find(makeReference(UNIT, { dtype: 'fp32' }));
    expect((await makeTarget(named.provider, fp32).embed(REQUEST, OPTIONS)).space).toBe('ours;dimensions=3');
    const unnamed = makeProvider(answerAll(quantised), { sameModel: true });
    const target = makeTarget(unnamed.provider, { ...fp32, onDisproved: disproved });
    expect(await catchRejection(target.embed(REQUEST, OPTIONS))).toMatchObject({ code: 'space_mismatch' });
    expect(disproved.mock.calls[0]?.[0]).toContain("'dtype'");
    // A model that is further away is refused whatever the app says.
    const other = makeProvider(answerAll([0.6, 0.8, 0.3]), { sameModel: true, dtype: 'q4' });
    expect(await catchRejection(makeTarget(other.provider, fp32).embed(REQUEST, OPTIONS))).toMatchObject({
      code: 'space_mismatch',
    });
  });

  test('must give vectors of the same lengths where these count', async () => {
    const reference = makeReference([3, 4, 0], { normalize: false });
    const long = makeProvider(answerAll([3, 4, 0]), { sameModel: true });
    const rows = await makeTarget(long.provider, { ...find(reference), normalize: false }).embed(REQUEST, OPTIONS);
    expect([...rows.vectors]).toEqual([3, 4, 0]);
    const unit = makeProvider(answerAll(UNIT), { sameModel: true });
    const target = makeTarget(unit.provider, { ...find(reference), normalize: false });
    expect(await catchRejection(target.embed(REQUEST, OPTIONS))).toMatchObject({ code: 'space_mismatch' });
  });
});

describe('a question about load', () => {
  const load = vi.fn<() => Promise<number>>();
  const ask = async (onEgress: (request: EgressRequest) => boolean | 'always'): Promise<[number, number]> => {
    load.mockReset().mockResolvedValue(0.5);
    const { provider } = makeProvider(answerAll(UNIT), {}, load);
    const target = makeTarget(provider, { rules: { policy: 'only-remote', onEgress } });
    return [await target.load(), await target.load()];
  };

  test('is put to the app first, once, with a purpose of its own and no text', async () => {
    const asked: EgressRequest[] = [];
    const onEgress = (request: EgressRequest): boolean => {
      expect(load).not.toHaveBeenCalled();
      asked.push(request);
      return true;
    };
    expect(await ask(onEgress)).toEqual([0.5, 0.5]);
    expect(asked).toEqual([{ provider: 'infinity', host: 'h', purpose: 'load', texts: 0, bytes: 0 }]);
  });

  test('is left out when the app says no', async () => {
    expect(await ask(() => false)).toEqual([Infinity, Infinity]);
    expect(load).not.toHaveBeenCalled();
  });
});
