import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeviceVerdict } from '../../../src/ports/device-verdict.js';
import { RUNTIME_VERSION, VerdictStore } from '../../../src/storage/verdict-store.js';
import { stubForbiddenStorage, stubStorage } from './stub-storage.js';

const MODEL = 'owner/name@main';
const KEY = `inpage-embeddings/verdicts/${RUNTIME_VERSION}/${MODEL}`;
const DAY_MS = 24 * 3600 * 1000;
const SPEED: DeviceVerdict = { tokensPerMs: 5 };
const PROOF: DeviceVerdict = { proof: { passed: true, minCosine: 0.9999 } };

let items: Map<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  items = stubStorage();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What another page of the app would remember. */
function recallAnew(device: string, dtype: string, model = MODEL): DeviceVerdict | undefined {
  return new VerdictStore(model).notes(device).recall(dtype);
}

test('findings hold for the version of onnxruntime-web that is bundled', () => {
  const file = resolve(import.meta.dirname, '../../../package.json');
  const { devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as { devDependencies: Record<string, string> };
  expect(RUNTIME_VERSION).toBe(devDependencies['onnxruntime-web']);
});

describe('VerdictStore', () => {
  test('knows nothing at first', () => {
    expect(recallAnew('wasm', 'q8')).toBeUndefined();
    expect(new VerdictStore(MODEL).hasSpeed('')).toBe(false);
  });

  test('remembers a finding for itself and for later pages', () => {
    const store = new VerdictStore(MODEL);
    store.notes('wasm').remember('q8', SPEED);
    expect(store.notes('wasm').recall('q8')).toMatchObject(SPEED);
    expect(recallAnew('wasm', 'q8')).toMatchObject(SPEED);
    expect([...items.keys()]).toEqual([KEY]);
  });

  test.each<[what: string, device: string, dtype: string, model: string]>([
    ['device', 'webgpu:nvidia,ampere,', 'q8', MODEL],
    ['dtype', 'wasm', 'fp32', MODEL],
    ['model', 'wasm', 'q8', 'owner/other@main'],
    ['revision', 'wasm', 'q8', 'owner/name@v2'],
  ])('knows nothing of another %s', (_what, device, dtype, model) => {
    new VerdictStore(MODEL).notes('wasm').remember('q8', SPEED);
    expect(recallAnew(device, dtype, model)).toBeUndefined();
  });

  test('adds to what is known, and the newer finding wins', () => {
    const notes = new VerdictStore(MODEL).notes('webgpu:some');
    notes.remember('fp16', PROOF);
    notes.remember('fp16', SPEED);
    expect(recallAnew('webgpu:some', 'fp16')).toMatchObject({ ...PROOF, ...SPEED });
    notes.remember('fp16', { tokensPerMs: 7 });
    expect(recallAnew('webgpu:some', 'fp16')).toMatchObject({ ...PROOF, tokensPerMs: 7 });
  });

  test('keeps what another tab has found out meanwhile', () => {
    const [here, there] = [new VerdictStore(MODEL), new VerdictStore(MODEL)];
    there.notes('webgpu:some').remember('fp16', PROOF);
    here.notes('webgpu:some').remember('fp16', SPEED);
    here.notes('wasm').remember('q8', SPEED);
    expect(recallAnew('webgpu:some', 'fp16')).toMatchObject({ ...PROOF, ...SPEED });
    expect(recallAnew('wasm', 'q8')).toMatchObject(SPEED);
  });

  test('knows whether the speed of some device is known', () => {
    const store = new VerdictStore(MODEL);
    store.notes('webgpu:some').remember('fp16', PROOF);
    store.notes('wasm').remember('q8', SPEED);
    expect([store.hasSpeed('webgpu'), store.hasSpeed('wasm')]).toEqual([false, true]);
    store.notes('webgpu:some').remember('fp16', SPEED);
    expect([store.hasSpeed('webgpu'), new VerdictStore(MODEL).hasSpeed('webgpu')]).toEqual([true, true]);
  });
});

describe('after 30 days VerdictStore', () => {
  test('has forgotten a finding, not before', () => {
    const store = new VerdictStore(MODEL);
    store.notes('webgpu:some').remember('fp16', SPEED);
    vi.advanceTimersByTime(30 * DAY_MS - 1);
    expect(store.notes('webgpu:some').recall('fp16')).toMatchObject(SPEED);
    expect(store.hasSpeed('webgpu')).toBe(true);
    vi.advanceTimersByTime(1);
    expect(store.notes('webgpu:some').recall('fp16')).toBeUndefined();
    expect(recallAnew('webgpu:some', 'fp16')).toBeUndefined();
    expect(store.hasSpeed('webgpu')).toBe(false);
  });

  test("doesn't bring an old finding back with a new one", () => {
    const notes = new VerdictStore(MODEL).notes('webgpu:some');
    notes.remember('fp16', PROOF);
    vi.advanceTimersByTime(30 * DAY_MS);
    notes.remember('fp16', SPEED);
    expect(notes.recall('fp16')).toMatchObject(SPEED);
    expect(notes.recall('fp16')).not.toHaveProperty('proof');
  });
});

describe('VerdictStore goes by itself', () => {
  test('where storage throws', () => {
    stubForbiddenStorage();
    const store = new VerdictStore(MODEL);
    store.notes('wasm').remember('q8', SPEED);
    store.notes('wasm').remember('q8', { fastest: 'threads' });
    expect(store.notes('wasm').recall('q8')).toMatchObject({ ...SPEED, fastest: 'threads' });
    expect(recallAnew('wasm', 'q8')).toBeUndefined();
  });

  test('where there is no storage', () => {
    vi.stubGlobal('localStorage', undefined);
    const store = new VerdictStore(MODEL);
    store.notes('wasm').remember('q8', SPEED);
    expect(store.notes('wasm').recall('q8')).toMatchObject(SPEED);
  });

  test.each([
    '',
    '{"wasm/q8":',
    'null',
    '5',
    '"text"',
    '[]',
    '[null]',
    '{"wasm/q8":null}',
    '{"wasm/q8":5}',
    '{"wasm/q8":{"tokensPerMs":5}}',
    '{"wasm/q8":{"tokensPerMs":5,"at":null}}',
    '{"wasm/q8":{"tokensPerMs":5,"at":"yesterday"}}',
  ])('where storage holds %j, and replaces it', (text) => {
    items.set(KEY, text);
    const store = new VerdictStore(MODEL);
    expect(store.notes('wasm').recall('q8')).toBeUndefined();
    expect(store.hasSpeed('wasm')).toBe(false);
    store.notes('wasm').remember('q8', SPEED);
    expect(recallAnew('wasm', 'q8')).toMatchObject(SPEED);
  });
});
