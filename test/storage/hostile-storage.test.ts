/** Jobs whose storage is full, taken away, of another version or damaged: typed errors, and nothing hangs or is lost. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { changeRecord, countStored, deleteJobs } from '../support/job-database.js';
import { catchRejection } from '../support/catch-error.js';
import { FakeDevice } from './fake-device.js';

const TEXTS = Array.from({ length: 640 }, (_, index) => `text ${index}`);
const NAME = 'inpage-embeddings/jobs';
const SOON = { intervalMs: 5 };
const OPTIONS = {};

afterEach(deleteJobs);

function openRaw(version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, version);
    opening.onsuccess = () => {
      resolve(opening.result);
    };
    opening.onerror = () => {
      reject(opening.error ?? new Error('IndexedDB failed.'));
    };
  });
}

describe('storage without room', () => {
  test('keeps a job and what was computed, says so, and the job goes on when there is some', async () => {
    const device = new FakeDevice();
    const job = await device.open().create({ input: TEXTS }, OPTIONS);
    const put = Reflect.get<IDBObjectStore, 'put'>(IDBObjectStore.prototype, 'put');
    let isFull = true;
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (isFull && this.name === 'rows') throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
    onTestFinished(() => {
      spy.mockRestore();
    });
    const detail = expect.stringContaining("There isn't room") as string;
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', detail });
    expect(await countStored()).toMatchObject({ jobs: 1, inputs: 10 });
    isFull = false;
    dispatchEvent(new Event('online'));
    expect((await job.wait(SOON)).output.data).toHaveLength(640);
    expect(device.embedded).toHaveLength(640);
  });

  test('does not keep jobs from being read', async () => {
    const device = new FakeDevice();
    const job = await device.open().create({ input: ['a'] }, OPTIONS);
    await job.wait(SOON);
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    onTestFinished(() => {
      spy.mockRestore();
    });
    const again = await device.open().retrieve(job.request_id);
    expect((await again.wait(SOON)).output.data).toHaveLength(1);
  });
});

describe('Web Locks', () => {
  function replaceLocks(descriptor: PropertyDescriptor): void {
    Object.defineProperty(navigator, 'locks', { ...descriptor, configurable: true });
    onTestFinished(() => {
      Reflect.deleteProperty(navigator, 'locks');
    });
  }
  const refuse = (): never => {
    throw new DOMException('blocked', 'SecurityError');
  };

  test.each<[string, PropertyDescriptor]>([
    ['are missing', { value: undefined }],
    ['reject', { value: { request: () => Promise.resolve().then(refuse) } }],
    ['throw', { value: { request: refuse } }],
    ['may not be looked at', { get: refuse }],
  ])('that %s keep no job from its end', async (_, descriptor) => {
    replaceLocks(descriptor);
    const job = await new FakeDevice().open().create({ input: TEXTS }, OPTIONS);
    expect((await job.wait(SOON)).output.data).toHaveLength(640);
  });

  test('that never answer are not waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const request = vi.fn(() => new Promise(() => undefined));
    replaceLocks({ value: { request } });
    const job = await new FakeDevice().open().create({ input: ['a'] }, OPTIONS);
    await vi.waitUntil(() => request.mock.calls.length > 0);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect((await job.wait(SOON)).status).toBe('COMPLETED');
  });
});

describe('a database', () => {
  test('that is deleted under a job ends its waits, and the next job works', async () => {
    const device = new FakeDevice();
    let isHeld = true;
    device.onEmbed = async (inputs) => {
      while (isHeld && inputs[0] !== 'text 0') await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    const wait = catchRejection(job.wait(SOON));
    await expect.poll(async () => (await job.refresh()).completed).toBe(64);
    await deleteJobs();
    isHeld = false;
    expect(await wait).toMatchObject({ code: 'job_not_found' });
    expect(await service.list()).toEqual([]);
    expect((await (await service.create({ input: ['a'] }, OPTIONS)).wait(SOON)).status).toBe('COMPLETED');
  });

  test('of a newer version is told of as such, and jobs work again without it', async () => {
    (await openRaw(7)).close();
    const service = new FakeDevice().open();
    const error = await catchRejection(service.list());
    expect(error).toMatchObject({ code: 'storage_unavailable' });
    expect(String(error)).toContain('newer version of this library');
    await deleteJobs();
    expect(await service.list()).toEqual([]);
  });

  test('without tables is made anew', async () => {
    (await openRaw(1)).close();
    const job = await new FakeDevice().open().create({ input: ['a'] }, OPTIONS);
    expect((await job.wait(SOON)).status).toBe('COMPLETED');
  });

  test('that another tab does not let go of is told of after a while, and works when it does', async () => {
    const held = await openRaw(1);
    const deletion = indexedDB.deleteDatabase(NAME);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const service = new FakeDevice().open();
    const listing = catchRejection(service.list());
    await vi.advanceTimersByTimeAsync(60_000);
    const error = await listing;
    expect(error).toMatchObject({ code: 'storage_unavailable' });
    expect(String(error)).toContain('another tab');
    vi.useRealTimers();
    held.close();
    await new Promise((resolve) => {
      deletion.onsuccess = resolve;
    });
    expect(await service.list()).toEqual([]);
  });

  test('with a record that is no job hides that one', async () => {
    const service = new FakeDevice().open();
    const job = await service.create({ input: ['a'] }, OPTIONS);
    await job.wait(SOON);
    const database = await openRaw();
    database.transaction('jobs', 'readwrite').objectStore('jobs').put({ id: 'bad', model: 'model', createdAt: 'x' });
    database.close();
    expect((await service.list()).map(({ request_id: id }) => id)).toEqual([job.request_id]);
    expect(await catchRejection(service.retrieve('bad'))).toMatchObject({ code: 'job_not_found' });
    expect(await catchRejection(service.cancel('bad'))).toMatchObject({ code: 'job_not_found' });
  });

  test('whose texts of a job are gone makes that one FAILED', async () => {
    const device = new FakeDevice();
    const before = device.open();
    device.onEmbed = () => new Promise(() => undefined);
    const job = await before.create({ input: TEXTS }, OPTIONS);
    before.dispose();
    const database = await openRaw();
    database.transaction('inputs', 'readwrite').objectStore('inputs').delete([job.request_id, 64]);
    database.close();
    device.onEmbed = () => undefined;
    const after = await device.open().retrieve(job.request_id);
    const detail = expect.stringContaining('no longer stored') as string;
    expect(await catchRejection(after.wait(SOON))).toMatchObject({ detail });
  });

  test('of an older version of this library is gone on with', async () => {
    const device = new FakeDevice();
    const before = device.open();
    device.onEmbed = () => new Promise(() => undefined);
    const job = await before.create({ input: TEXTS }, OPTIONS);
    before.dispose();
    await changeRecord(job.request_id, { failed: undefined, ageMs: undefined, seenAt: undefined });
    device.onEmbed = () => undefined;
    const after = await device.open().retrieve(job.request_id);
    expect((await after.wait(SOON)).output.data).toHaveLength(640);
  });
});
