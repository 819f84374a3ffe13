import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { ModelLoadError } from '../../../../src/errors/errors.js';
import type { RemoteFile } from '../../../../src/runtime/files/bundled-files.js';
import { fetchFile, type FetchedFile, type FetchFileOptions } from '../../../../src/runtime/files/fetch-file.js';
import { useFaultyFile } from '../../../support/faulty-file.js';
import { startFileServer } from '../../../support/file-server.js';
import { catchRejection } from '../../../support/catch-error.js';

const JSON_TEXT = '{"model_type": "bert"}';
const WEIGHTS = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));

const TERMS = { kind: 'binary', bypassHttpCache: false, stallTimeoutMs: 10_000, minBytes: 1, maxRetries: 0 } as const;

const faulty = useFaultyFile();

/** Lets the server give this answer from now on, until the test is over. */
function answer(respond: (response: ServerResponse) => void): void {
  faulty().server.setFault((_request, response) => {
    respond(response);
    return true;
  });
}

function answerWith(body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): void {
  answer((response) => response.writeHead(status, { 'content-length': body.length, ...headers }).end(body));
}

function fetchIt(options: Partial<FetchFileOptions> = {}): Promise<FetchedFile> {
  return fetchFile(faulty().url, { ...TERMS, ...options });
}

function known(content: Uint8Array): RemoteFile {
  return { url: faulty().url, sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Checks that a file is refused with this code, and that the error names it. */
async function expectFailure(
  options: Partial<FetchFileOptions>,
  code: 'model_file_unreachable' | 'model_file_damaged',
  what: string,
): Promise<void> {
  const error = await catchRejection(fetchIt(options));
  expect(error).toBeInstanceOf(ModelLoadError);
  expect(error).toMatchObject({ code, url: faulty().url, retryable: true });
  expect(String(error)).toContain(`Could not load ${faulty().url}: ${what}`);
}

describe('fetchFile gives', () => {
  test('the bytes of a file', async () => {
    answerWith(WEIGHTS);
    const file = await fetchIt();
    expect(file).toMatchObject({ found: true });
    expect(file.found && Buffer.compare(file.bytes, WEIGHTS)).toBe(0);
  });

  test('a JSON file, and one whose size and hash are known', async () => {
    answerWith(JSON_TEXT, { 'content-type': 'application/json' });
    for (const options of [{}, { known: known(Buffer.from(JSON_TEXT)) }]) {
      await expect(fetchIt({ kind: 'json', ...options })).resolves.toMatchObject({ found: true });
    }
  });

  test('a file that was compressed on the way, which is larger than announced', async () => {
    answerWith(gzipSync(WEIGHTS), { 'content-encoding': 'gzip' });
    await expect(fetchIt({ known: known(WEIGHTS) })).resolves.toMatchObject({ found: true });
  });

  // A short text is longer when compressed, and is then taken for a body that was cut.
  test('a file that compression made larger', async () => {
    answerWith(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' });
    await expect(fetchIt({ kind: 'json' })).resolves.toMatchObject({ found: true });
  });

  test('its size once and its bytes as they come', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const length of [100, 1, 50]) controller.enqueue(WEIGHTS.subarray(0, length));
        controller.close();
      },
    });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { headers: { 'content-length': '151' } })));
    const [onSize, onBytes] = [vi.fn<(size: number) => void>(), vi.fn<(bytes: number) => void>()];
    await fetchIt({ onSize, onBytes });
    expect(onSize.mock.calls).toEqual([[151]]);
    expect(onBytes.mock.calls).toEqual([[100], [1], [50]]);
  });

  test('the known size rather than the announced one', async () => {
    answerWith(gzipSync(WEIGHTS), { 'content-encoding': 'gzip' });
    const onSize = vi.fn<(size: number) => void>();
    await fetchIt({ known: known(WEIGHTS), onSize });
    expect(onSize.mock.calls).toEqual([[WEIGHTS.length]]);
  });

  test('no size when none is announced', async () => {
    answer((response) => response.writeHead(200).end(WEIGHTS));
    const onSize = vi.fn<(size: number) => void>();
    await expect(fetchIt({ onSize })).resolves.toMatchObject({ found: true });
    expect(onSize).not.toHaveBeenCalled();
  });
});

function page(type: string): FetchedFile {
  return { found: false, why: 'page', status: 200, came: `HTTP 200, ${type}`, isRedirected: false };
}

describe('fetchFile finds no file', () => {
  test.each([
    [404, 'absent'],
    [410, 'absent'],
    [401, 'denied'],
    [403, 'denied'],
  ])('when the answer is %i, which says that it is %s', async (status, why) => {
    answerWith('Entry not found', { 'content-type': 'text/plain' }, status);
    await expect(fetchIt({ maxRetries: 3 })).resolves.toEqual({
      found: false,
      why,
      status,
      came: `HTTP ${String(status)}, text/plain`,
      isRedirected: false,
    });
  });

  test.each(['text/html', 'text/html; charset=utf-8'])('in a web page sent with 200 as %s', async (type) => {
    answerWith('  <!doctype html>', { 'content-type': type });
    for (const kind of ['json', 'binary'] as const) {
      await expect(fetchIt({ kind })).resolves.toEqual(page(type));
    }
  });

  test.each(['application/octet-stream', 'application/json', 'Text/HTML'])(
    'in a web page sent with 200 as %s',
    async (type) => {
      answerWith('<!doctype html><title>App</title>', { 'content-type': type });
      await expect(fetchIt()).resolves.toEqual(page(type));
    },
  );

  test('in a web page without a content type', async () => {
    answerWith('<html></html>');
    await expect(fetchIt()).resolves.toEqual(page('no content type'));
  });

  test('in a web page from another address, as a login is', async () => {
    faulty().server.setFault((_request, response, path) => {
      if (path === '/login') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
      else response.writeHead(302, { location: '/login' }).end();
      return true;
    });
    await expect(fetchIt()).resolves.toEqual({ ...page('text/html'), isRedirected: true });
  });
});

describe('fetchFile refuses', () => {
  test.each([400, 429, 500, 503])('an answer of %i as unreachable', async (status) => {
    answerWith('Sorry', { 'content-type': 'text/plain' }, status);
    await expectFailure({}, 'model_file_unreachable', `got HTTP ${String(status)}, text/plain`);
  });

  test.each(['null', '[]', '"bert"', '5', 'true'])('JSON that is no object: %s', async (body) => {
    answerWith(body, { 'content-type': 'application/json' });
    await expectFailure({ kind: 'json' }, 'model_file_damaged', 'expected an object in JSON');
  });

  test.each(['null', '{}', '"a"'])('JSON that is no list where one is expected: %s', async (body) => {
    answerWith(body, { 'content-type': 'application/json' });
    await expectFailure({ kind: 'json-list' }, 'model_file_damaged', 'expected a list in JSON');
  });

  test.each(['{"model_type": "be', 'version https://example.com/lfs', ''])('bad JSON: "%s"', async (body) => {
    answerWith(body, { 'content-type': 'application/json' });
    await expectFailure({ kind: 'json' }, 'model_file_damaged', `expected JSON, got ${String(body.length)} bytes`);
  });

  test('an empty file of weights', async () => {
    answerWith('');
    await expectFailure({}, 'model_file_damaged', 'expected binary weights, got an empty file');
  });

  test('a file of another size than known', async () => {
    answerWith(WEIGHTS.subarray(1));
    await expectFailure({ known: known(WEIGHTS) }, 'model_file_damaged', 'expected 5000 bytes, got 4999');
  });

  test('a file of the right size with another hash', async () => {
    const other = Buffer.from(WEIGHTS);
    other[4321] = 255;
    answerWith(other);
    await expectFailure({ known: known(WEIGHTS) }, 'model_file_damaged', 'the file came damaged: got 5000 bytes');
  });

  test('a body that ends before its length, which the network tells', async () => {
    answer((response) => {
      response.writeHead(200, { 'content-length': WEIGHTS.length });
      response.write(WEIGHTS.subarray(0, 100), () => response.destroy());
    });
    await expectFailure({}, 'model_file_unreachable', 'the request failed before the whole file came');
  });

  test('a body that ends before its length, which nobody tells', async () => {
    const body = new Response(WEIGHTS.subarray(0, 100), { headers: { 'content-length': '5000' } });
    vi.stubGlobal('fetch', () => Promise.resolve(body));
    await expectFailure({}, 'model_file_damaged', 'expected 5000 bytes, got 100');
  });

  test('a connection that is refused, with its cause', async () => {
    const gone = await startFileServer({});
    await gone.close();
    const error = await catchRejection(fetchFile(`${gone.origin}/file`, TERMS));
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_file_unreachable', url: `${gone.origin}/file` });
    expect((error as ModelLoadError).cause).toBeInstanceOf(TypeError);
  });

  test.each<[what: string, respond: (response: ServerResponse) => void]>([
    ['before the answer', () => undefined],
    ['in the middle of the body', (response) => response.writeHead(200, { 'content-length': 10 }).write('12345')],
  ])('to wait for a server that stalls %s, and ends the request', async (_what, respond) => {
    const closed = new Promise<void>((resolve) => {
      answer((response) => {
        response.on('close', resolve);
        respond(response);
      });
    });
    // Long enough for the server of a busy machine to have the request.
    await expectFailure({ stallTimeoutMs: 1000 }, 'model_file_unreachable', 'no byte came for 1000 ms');
    await closed;
  });
});

describe('fetchFile', () => {
  test('asks before it reads a file that is there, and then ends the request', async () => {
    const closed = new Promise<void>((resolve) => {
      answer((response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-length': 1e9 }).write('x');
      });
    });
    const reason = new ModelLoadError('model_unsupported', 'Not this one.');
    expect(await catchRejection(fetchIt({ mayRead: () => Promise.reject(reason) }))).toBe(reason);
    await closed;
    answerWith('', {}, 404);
    await expect(fetchIt({ mayRead: () => Promise.reject(reason) })).resolves.toMatchObject({ found: false });
  });

  test('checks size and hash outside secure contexts too, where the platform has no hashing', async () => {
    vi.stubGlobal('crypto', {});
    answerWith(WEIGHTS);
    await expect(fetchIt({ known: known(WEIGHTS) })).resolves.toMatchObject({ found: true });
    const other = { ...known(WEIGHTS), sha256: 'unknown' };
    await expectFailure({ known: other }, 'model_file_damaged', 'the file came damaged: got 5000 bytes');
  });

  test('gives the file at the next call once the fault is gone', async () => {
    answerWith('Sorry', {}, 500);
    await expectFailure({}, 'model_file_unreachable', 'got HTTP 500');
    answerWith(WEIGHTS);
    await expect(fetchIt({ known: known(WEIGHTS) })).resolves.toMatchObject({ found: true });
  });
});
