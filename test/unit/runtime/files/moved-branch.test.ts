import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, beforeAll, describe, expect, test } from 'vitest';
import type { ModelContent } from '../../../../src/ports/model-content.js';
import type { LoadRequest } from '../../../../src/ports/worker-api.js';
import { fetchModelFiles, type ModelFiles } from '../../../../src/runtime/files/model-files.js';
import { sendFile, startFileServer, type FileServer } from '../../../support/file-server.js';
import { writeTinyModels } from '../../../support/tiny-models.js';
import { catchRejection } from '../../../support/catch-error.js';

/** What `main` is at. */
let head = 'aaaa';
/** Whether files can be had by commit, and whether the commit is told. */
let hub = { servesCommits: true, tellsCommit: true };
let server: FileServer;
let models: string;

beforeAll(async () => {
  models = mkdtempSync(join(tmpdir(), 'tiny-models-'));
  writeTinyModels(models);
  server = await startFileServer({});
  server.setFault((_request, response, path) => {
    const [, revision = '', name = ''] = /\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const commit = revision === 'main' ? head : hub.servesCommits ? revision : undefined;
    if (commit !== undefined && hub.tellsCommit) response.setHeader('x-repo-commit', commit);
    // The second commit's vectors are those of another model, and the fourth one's weights are others.
    const model = { bbbb: 'last-token', dddd: 'two-outputs' }[String(commit)] ?? 'mean';
    sendFile(response, commit && join(models, 'tests', model, 'resolve/main', name));
    return true;
  });
});

beforeEach(() => {
  head = 'aaaa';
  hub = { servesCommits: true, tellsCommit: true };
  server.requests.length = 0;
});

afterAll(async () => {
  await server.close();
  rmSync(models, { recursive: true });
});

async function load(expected?: ModelContent): Promise<ModelContent | undefined> {
  return (await loadFiles(expected)).readContent();
}

function loadFiles(expected?: ModelContent): Promise<ModelFiles> {
  const request = {
    model: 'team/notes',
    source: { hubUrl: `${server.origin}/`, revision: 'main', access: {} },
    dtypes: ['q8'],
    room: { cost: { bytes: 20e6, perModelByte: 1.2 } },
    bypassHttpCache: false,
    ...(expected && { expected }),
  } as unknown as LoadRequest<unknown>;
  return fetchModelFiles(request, {}, () => undefined);
}

test('files tell weights from others of the same name by their hash', async () => {
  const first = await loadFiles();
  expect(first.weightsHash).toBe((await first.readContent())?.files[first.weightsPath]);
  head = 'dddd';
  expect((await loadFiles()).weightsHash).not.toBe(first.weightsHash);
});

describe('a branch that has moved since the model was first loaded', () => {
  test('is left for the commit it was at', async () => {
    const first = await load();
    expect(first).toMatchObject({ commit: 'aaaa' });
    head = 'bbbb';
    expect(await load(first)).toEqual(first);
    expect(await load()).toMatchObject({ commit: 'bbbb' });
  });

  test.each([true, false])('is refused where files can only be had by branch; commit told: %j', async (tellsCommit) => {
    hub = { servesCommits: false, tellsCommit };
    const first = await load();
    head = 'bbbb';
    const error = await catchRejection(load(first));
    expect(error).toMatchObject({ name: 'IntegrityError', code: 'content_changed', param: 'revision' });
    expect(String(error)).toContain('team/notes');
    expect(String(error)).toContain('forgetSpace()');
    if (tellsCommit) expect(String(error)).toMatch(/aaaa.*bbbb/);
  });

  test('is taken as it is where only its commit is another', async () => {
    const first = await load();
    head = 'cccc';
    expect(await load(first)).toMatchObject({ commit: 'cccc', files: first?.files });
    expect(server.requests.some((path) => path.includes('/aaaa/'))).toBe(false);
  });

  test('is refused where a file has gone that was there', async () => {
    hub.servesCommits = false;
    const first = await load();
    const files = { ...first?.files, 'config_sentence_transformers.json': '00ff' };
    expect(await catchRejection(load(first && { ...first, files }))).toMatchObject({ code: 'content_changed' });
  });
});
