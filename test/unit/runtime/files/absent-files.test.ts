import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { EmbeddingError } from '../../../../src/errors/errors.js';
import type { LoadRequest } from '../../../../src/ports/worker-api.js';
import { fetchModelFiles, type ModelFiles } from '../../../../src/runtime/files/model-files.js';
import { requestTiny, useTinyHub } from '../../../support/tiny-hub.js';
import { catchRejection } from '../../../support/catch-error.js';

const OPTIONAL = 'sentence_bert_config.json';
const LIST = '/api/models/tests/mean/revision/main';
/** The server asks for no wait, so that no test waits. */
const NOW = { 'retry-after-ms': '1' };

type Answer = (response: ServerResponse) => void;

const hub = useTinyHub();

function fetchTiny(more: Partial<LoadRequest<unknown>> = {}): Promise<ModelFiles> {
  return fetchModelFiles(requestTiny(hub().server, more), {}, () => undefined);
}

/** Spoils the answers to some paths. */
function spoil(answer: Answer, isSpoiled = (path: string): boolean => path.endsWith(`/${OPTIONAL}`)): void {
  hub().server.setFault((_request, response, path) => {
    if (!isSpoiled(path)) return false;
    answer(response);
    return true;
  });
}

/** The hub's own list of files, beside a spoiled answer. */
function spoilWithList(answer: Answer, files: readonly string[]): void {
  hub().server.setFault((_request, response, path) => {
    if (path === LIST) {
      response.end(JSON.stringify({ sha: 'abc', siblings: files.map((rfilename) => ({ rfilename })) }));
    } else if (path.endsWith(`/${OPTIONAL}`)) answer(response);
    else return false;
    return true;
  });
}

const page: Answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');

describe('settings of the transformer with a name of their own', () => {
  const FORMER = 'sentence_roberta_config.json';

  /** A hub whose model is of that kind, with such settings. */
  function serve(kind: string, files: readonly string[]): void {
    hub().server.setFault((_request, response, path) => {
      const name = path.replace('/tests/mean/resolve/main/', '');
      if (name === 'config.json') response.end(JSON.stringify({ model_type: kind, vocab_size: 30 }));
      else if (!name.startsWith('sentence_')) return false;
      else if (files.includes(name)) response.end('{"max_seq_length": 5}');
      else response.writeHead(404).end();
      return true;
    });
  }

  test.each([
    ['roberta', [FORMER], [OPTIONAL, FORMER]],
    ['roberta', [], [OPTIONAL, FORMER]],
    ['roberta', [OPTIONAL, FORMER], [OPTIONAL]],
    ['bert', [FORMER], [OPTIONAL]],
  ])('are asked for where a model of the kind %s has %j: %j', async (kind, files, asked) => {
    serve(kind, files);
    const { bytes } = await fetchTiny();
    expect(
      hub()
        .server.requests.map((path) => path.replace(/.*\//, ''))
        .filter((name) => name.startsWith('sentence_')),
    ).toEqual(asked);
    expect(bytes.has(FORMER)).toBe(asked.includes(FORMER) && files.includes(FORMER));
  });
});

describe('a file that may be missing is taken for absent', () => {
  test.each([404, 410])('when the hub that gave the others says %i', async (status) => {
    spoil((response) => response.writeHead(status).end());
    expect((await fetchTiny()).bytes.has(OPTIONAL)).toBe(false);
  });

  test('when the server sends its web page for every path it does not know', async () => {
    const known = new Set([...(await fetchTiny()).bytes.keys()].filter((path) => path !== OPTIONAL));
    spoil(page, (path) => ![...known].some((name) => path.endsWith(`/main/${name}`)));
    expect((await fetchTiny()).bytes.has(OPTIONAL)).toBe(false);
  });

  test.each<[what: string, answer: Answer]>([
    ['401', (response) => response.writeHead(401).end()],
    ['a connection that fails', (response) => response.destroy()],
    ['500', (response) => response.writeHead(500, NOW).end()],
    ['a web page', page],
  ])("when the hub's own list is without it, after %s", async (_what, answer) => {
    spoilWithList(answer, ['config.json', 'tokenizer.json']);
    expect((await fetchTiny()).bytes.has(OPTIONAL)).toBe(false);
  });

  test('and is asked for no more than that', async () => {
    spoilWithList((response) => response.destroy(), ['config.json']);
    await fetchTiny();
    // Node itself asks once more after a connection of its pool was cut.
    expect(hub().server.requests.filter((path) => path.endsWith(OPTIONAL)).length).toBeLessThanOrEqual(2);
  });
});

describe('a file that may be missing ends the load', () => {
  test.each<[what: string, code: string, answer: Answer]>([
    ['401', 'authentication_failed', (response) => response.writeHead(401).end()],
    ['403', 'permission_denied', (response) => response.writeHead(403).end()],
    ['429', 'model_file_unreachable', (response) => response.writeHead(429, NOW).end()],
    ['500', 'model_file_unreachable', (response) => response.writeHead(500, NOW).end()],
    ['a web page', 'model_file_unreachable', page],
    ['a failing connection', 'model_file_unreachable', (response) => response.destroy()],
  ])('when the hub answers with %s for it alone', async (_what, code, answer) => {
    spoil(answer);
    const error = await catchRejection(fetchTiny());
    expect(error).toMatchObject({ code });
    expect((error as EmbeddingError).url).toBe(`${hub().server.origin}/tests/mean/resolve/main/${OPTIONAL}`);
  });

  test('when the list has it', async () => {
    spoilWithList((response) => response.writeHead(403).end(), ['config.json', OPTIONAL]);
    expect(await catchRejection(fetchTiny())).toMatchObject({ code: 'permission_denied' });
  });

  test('when a login comes from another address, for every path that is not known', async () => {
    const known = [...(await fetchTiny()).bytes.keys()].filter((path) => path !== OPTIONAL);
    hub().server.setFault((_request, response, path) => {
      if (path === '/login') page(response);
      else if (known.some((name) => path.endsWith(`/main/${name}`))) return false;
      else response.writeHead(302, { location: '/login' }).end();
      return true;
    });
    expect(await catchRejection(fetchTiny())).toMatchObject({ code: 'model_file_unreachable' });
  });

  test('when a session has ended, and pages come for files that came before', async () => {
    let configs = 0;
    spoil(page, (path) => {
      if (path.endsWith('/main/config.json')) return ++configs > 1;
      return path.endsWith(OPTIONAL) || path.includes('no-such-file');
    });
    expect(await catchRejection(fetchTiny())).toMatchObject({ code: 'model_file_unreachable' });
  });
});

describe('weights', () => {
  const isQ8 = (path: string): boolean => path.endsWith('model_quantized.onnx');

  test.each([401, 403, 500])('in another dtype are not taken because the best answered %i', async (status) => {
    spoil((response) => response.writeHead(status, NOW).end(), isQ8);
    const error = await catchRejection(fetchTiny({ model: 'tests/mean' }));
    expect((error as EmbeddingError).url).toMatch(/model_quantized\.onnx$/);
    expect(error).not.toMatchObject({ code: 'model_file_missing' });
  });

  test('are the file that was named, and no other', async () => {
    const files = await fetchTiny({ file: 'onnx/model_quantized.onnx', dtypes: ['fp32', 'q8'] });
    expect(files).toMatchObject({ weightsPath: 'onnx/model_quantized.onnx', dtype: 'q8' });
    const error = await catchRejection(fetchTiny({ file: 'onnx/model_O2.onnx' }));
    expect(error).toMatchObject({ code: 'model_file_missing' });
    expect((error as EmbeddingError).url).toMatch(/model_O2\.onnx$/);
  });
});

test.each([
  [401, 'authentication_failed'],
  [403, 'permission_denied'],
])('a model that is gated or private (%i) says what to send', async (status, code) => {
  spoil(
    (response) => response.writeHead(status).end(),
    () => true,
  );
  const error = await catchRejection(fetchTiny());
  expect(error).toMatchObject({ name: 'ModelLoadError', code, status, retryable: false });
  expect((error as EmbeddingError).url).toMatch(/\/(config|tokenizer)\.json$|\.onnx$/);
  expect(String(error)).toMatch(/gated or private.*hubHeaders/);
});
