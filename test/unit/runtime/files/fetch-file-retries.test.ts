import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { ModelLoadError } from '../../../../src/errors/errors.js';
import { fetchFile, type FetchedFile, type FetchFileOptions } from '../../../../src/runtime/files/fetch-file.js';
import { useFaultyFile } from '../../../support/faulty-file.js';
import { catchRejection } from '../../../support/catch-error.js';

const CONTENT = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
/** The server asks for no wait, so that no test waits. */
const NOW = { 'retry-after-ms': '1' };

const faulty = useFaultyFile();

function fetchIt(options: Partial<FetchFileOptions> = {}): Promise<FetchedFile> {
  const terms = { kind: 'binary', bypassHttpCache: false, stallTimeoutMs: 10_000, minBytes: 1 } as const;
  return fetchFile(faulty().url, { ...terms, maxRetries: 2, ...options });
}

/** Spoils the first answers, and counts all. */
function failFirst(times: number, fail: (response: ServerResponse) => void): { asked: number } {
  const seen = { asked: 0 };
  faulty().server.setFault((_request, response) => {
    seen.asked += 1;
    if (seen.asked <= times) fail(response);
    else response.end(CONTENT);
    return true;
  });
  return seen;
}

describe('fetchFile tries again', () => {
  test.each<[what: string, fail: (response: ServerResponse) => void]>([
    ['429 with Retry-After', (response) => response.writeHead(429, { 'retry-after': '0' }).end()],
    ['503', (response) => response.writeHead(503, NOW).end()],
    ['500', (response) => response.writeHead(500, NOW).end()],
  ])('after %s', async (_what, fail) => {
    const seen = failFirst(2, fail);
    await expect(fetchIt()).resolves.toMatchObject({ found: true });
    expect(seen.asked).toBe(3);
  });

  test('after a connection that was reset', async () => {
    const seen = failFirst(1, (response) => response.destroy());
    await expect(fetchIt()).resolves.toMatchObject({ found: true });
    expect(seen.asked).toBe(2);
  });

  test('after a body that broke off, and takes back what it had counted', async () => {
    let loaded = 0;
    failFirst(1, (response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 100), () => response.destroy());
    });
    const onBytes = (bytes: number): void => {
      loaded += bytes;
    };
    await expect(fetchIt({ onBytes })).resolves.toMatchObject({ found: true });
    expect(loaded).toBe(CONTENT.length);
  });

  test('once after damage, which the hub tells, past the HTTP cache, and takes back what it had counted', async () => {
    const headers = { 'x-linked-etag': createHash('sha256').update(CONTENT).digest('hex') };
    const pieces: number[] = [];
    const caching: unknown[] = [];
    const seen = { asked: 0 };
    let spoiled = 1;
    faulty().server.setFault((request, response) => {
      seen.asked += 1;
      caching.push(request.headers['cache-control']);
      response.writeHead(200, headers).end(seen.asked <= spoiled ? CONTENT.toReversed() : CONTENT);
      return true;
    });
    await expect(fetchIt({ onBytes: (bytes) => pieces.push(bytes) })).resolves.toMatchObject({ found: true });
    expect(pieces.reduce((sum, bytes) => sum + bytes)).toBe(CONTENT.length);
    expect(caching).toEqual([undefined, 'no-cache']);
    [seen.asked, spoiled] = [0, Infinity];
    expect(await catchRejection(fetchIt())).toMatchObject({ code: 'model_file_damaged', url: faulty().url });
    expect(seen.asked).toBe(2);
  });

  test('after a trickle, which is a stall', async () => {
    const seen = failFirst(1, (response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    await expect(fetchIt({ stallTimeoutMs: 500, minBytes: 1000 })).resolves.toMatchObject({ found: true });
    expect(seen.asked).toBe(2);
  });

  test('no oftener than it may, and not when the server asks for hours', async () => {
    const seen = failFirst(9, (response) => response.writeHead(503, NOW).end());
    expect(await catchRejection(fetchIt())).toMatchObject({ code: 'model_file_unreachable', url: faulty().url });
    expect(seen.asked).toBe(3);
    const patient = failFirst(9, (response) => response.writeHead(429, { 'retry-after': '7200' }).end());
    expect(await catchRejection(fetchIt())).toMatchObject({ code: 'model_file_unreachable', url: faulty().url });
    expect(patient.asked).toBe(1);
  });

  test('only until it is known that there is no such file', async () => {
    const seen = failFirst(9, (response) => response.destroy());
    const file = await fetchIt({ isAbsent: () => Promise.resolve(true) });
    expect(file).toMatchObject({ found: false, why: 'absent' });
    expect(seen.asked).toBe(1);
  });

  test('only until it is ended', async () => {
    const controller = new AbortController();
    const reason = new ModelLoadError('model_file_damaged', 'Another file.');
    failFirst(9, (response) => {
      response.writeHead(503, { 'retry-after': '30' }).end(() => {
        controller.abort(reason);
      });
    });
    expect(await catchRejection(fetchIt({ signal: controller.signal }))).toBe(reason);
  });
});

test('fetchFile tells the commit, where the hub does', async () => {
  faulty().server.setFault((_request, response) => {
    response.writeHead(200, { 'x-repo-commit': 'abc123' }).end(CONTENT);
    return true;
  });
  await expect(fetchIt()).resolves.toMatchObject({ found: true, commit: 'abc123' });
});

describe('fetchFile sends', () => {
  test.each([
    [true, 'no-cache'],
    [false, undefined],
  ])('a request past the HTTP cache when told to: %j', async (bypassHttpCache, expected) => {
    const seen: (string | undefined)[] = [];
    faulty().server.setFault((request, response) => {
      seen.push(request.headers['cache-control']);
      response.end('x');
      return true;
    });
    await fetchIt({ bypassHttpCache });
    expect(seen).toEqual([expected]);
  });

  test("the hub's headers, and no word of the page", async () => {
    let sent: Record<string, unknown> = {};
    faulty().server.setFault(({ headers }, response) => {
      sent = headers;
      response.end('x');
      return true;
    });
    await fetchIt({ access: { headers: { authorization: 'Bearer t', 'x-key': 'k' } } });
    expect(sent).toMatchObject({ authorization: 'Bearer t', 'x-key': 'k' });
    expect(sent).not.toHaveProperty('referer');
  });

  test('no header but authorization to where the hub redirects: it says so instead, without the header', async () => {
    const redirects: unknown[] = [];
    vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
      redirects.push(init.redirect);
      return Promise.resolve({ type: 'opaqueredirect', status: 0, ok: false, headers: new Headers() });
    });
    const error = await catchRejection(fetchIt({ access: { headers: { 'x-key': 'SECRET' } } }));
    expect(redirects).toEqual(['manual']);
    expect(error).toMatchObject({ code: 'model_file_unreachable', url: faulty().url });
    expect(String(error)).toContain("the headers in 'hubHeaders'");
    expect(String(error)).not.toContain('SECRET');
  });
});
