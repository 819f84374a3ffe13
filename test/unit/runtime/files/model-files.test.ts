import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { EmbeddingError, ModelLoadError } from '../../../../src/errors/errors.js';
import type { LoadProgress } from '../../../../src/ports/worker-api.js';
import { fetchModelFiles, type FileRules, type ModelFiles } from '../../../../src/runtime/files/model-files.js';
import { requestTiny, useTinyHub } from '../../../support/tiny-hub.js';
import { catchRejection } from '../../../support/catch-error.js';

const hub = useTinyHub();

const told: LoadProgress[] = [];

function fetchTiny(rules: Partial<FileRules> = {}): Promise<ModelFiles> {
  told.length = 0;
  return fetchModelFiles(requestTiny(hub().server), rules, (progress) => told.push(progress));
}

describe('an ETag of 64 hex digits', () => {
  const WEIGHTS = 'onnx/model_quantized.onnx';

  /** Serves each file with what its ETag tells, the weights with one number changed. */
  function tell(etagOf: (path: string, sha256: string) => string): void {
    hub().server.setFault((_request, response, path) => {
      const file = join(hub().models, path);
      if (!existsSync(file)) return false;
      const content = readFileSync(file);
      const etag = etagOf(path, createHash('sha256').update(content).digest('hex'));
      if (path.endsWith('.onnx')) content[content.length >> 1] = 77;
      response.writeHead(200, { 'content-length': content.length, etag: `"${etag}"` }).end(content);
      return true;
    });
  }

  test("finds damage where the server's other ETags are hashes", async () => {
    tell((_path, sha256) => sha256);
    const error = await catchRejection(fetchTiny());
    expect(error).toMatchObject({ code: 'model_file_damaged', url: expect.stringContaining(WEIGHTS) as string });
    expect(String(error)).toContain('damaged');
  });

  test.each<[where: string, etagOf: (path: string, sha256: string) => string]>([
    ["the server's other ETags are of another kind", (path, sha256) => (path.endsWith('.onnx') ? sha256 : 'a1b2')],
    ['none is a hash of its file', (_path, sha256) => sha256.replace(/./g, 'c')],
    ['it has another length', (path, sha256) => (path.endsWith('.onnx') ? `${sha256}-2` : sha256)],
  ])('is no hash where %s', async (_where, etagOf) => {
    tell(etagOf);
    await expect(fetchTiny()).resolves.toMatchObject({ weightsPath: WEIGHTS });
  });
});

describe('fetchModelFiles', () => {
  test('shows config.json to the rules before it reads any other file', async () => {
    const accept = vi.fn<NonNullable<FileRules['accept']>>();
    const { bytes, dtype, weightsPath } = await fetchTiny({ accept });
    expect([dtype, weightsPath]).toEqual(['q8', 'onnx/model_quantized.onnx']);
    expect(accept.mock.calls.map(([, path]) => path).toSorted()).toEqual(
      [...bytes.keys()].filter((path) => path !== 'config.json').toSorted(),
    );
    for (const [config] of accept.mock.calls) expect(config).toMatchObject({ model_type: 'bert' });
  });

  test('reads no other file when the rules refuse the model', async () => {
    const refusal = new EmbeddingError('kernel_unsupported', 'No.');
    const error = await catchRejection(
      fetchTiny({
        accept: () => {
          throw refusal;
        },
      }),
    );
    expect(error).toBe(refusal);
    const { length } = JSON.stringify({
      model_type: 'bert',
      hidden_size: 128,
      vocab_size: 14,
      max_position_embeddings: 16,
    });
    expect(Math.max(...told.map(({ loadedBytes }) => loadedBytes))).toBe(length);
  });

  test('ends while the weights are on their way when the tokenizer is refused', async () => {
    const refusal = new ModelLoadError('model_unsupported', 'No.');
    let isEnded = false;
    hub().server.setFault((_request, response, path) => {
      if (!path.endsWith('.onnx')) return false;
      // They never come whole.
      response.writeHead(200, { 'content-length': '1000000' }).write('ONNX');
      response.once('close', () => {
        isEnded = true;
      });
      return true;
    });
    const seen: string[] = [];
    const error = await catchRejection(
      fetchTiny({
        acceptTokenizer: ({ bytes, url }) => {
          seen.push(...bytes.keys(), url('tokenizer.json'));
          throw refusal;
        },
      }),
    );
    expect(error).toBe(refusal);
    expect(seen).toContain('tokenizer.json');
    expect(seen.at(-1)).toContain('/tokenizer.json');
    await expect.poll(() => isEnded).toBe(true);
  });

  test('says that the model is missing, not that it is refused, where it has no config.json', async () => {
    hub().server.setFault((_request, response, path) => {
      if (!path.endsWith('/main/config.json')) return false;
      response.writeHead(404).end();
      return true;
    });
    const error = await catchRejection(fetchTiny({ accept: () => undefined }));
    expect(error).toMatchObject({ code: 'model_file_missing' });
    expect((error as EmbeddingError).url).toMatch(/config\.json$/);
  });
});
