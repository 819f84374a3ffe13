import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchFile, type FetchedFile } from '../../../../src/runtime/files/fetch-file.js';
import { startFileServer, type FileServer } from '../../../support/file-server.js';
import { catchRejection } from '../../../support/catch-error.js';

const WEIGHTS = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
const HASH = createHash('sha256').update(WEIGHTS).digest('hex');
const [OTHER, GIT] = ['c'.repeat(64), 'c'.repeat(40)];

let server: FileServer;

beforeAll(async () => {
  server = await startFileServer({});
});

afterAll(async () => {
  await server.close();
});

function fetchIt(content: Uint8Array, headers: Record<string, string>): Promise<FetchedFile> {
  server.setFault((_request, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers }).end(content);
    return true;
  });
  const terms = { kind: 'binary', bypassHttpCache: false, stallTimeoutMs: 10_000, minBytes: 1 } as const;
  return fetchFile(`${server.origin}/file`, { ...terms, maxRetries: 0 });
}

test.each<[what: string, headers: Record<string, string>]>([
  ['the very hash of it', { 'x-linked-etag': `"${HASH.toUpperCase()}"` }],
  ['the hash git has of it', { 'x-linked-etag': `"${GIT}"`, etag: `"${GIT}"` }],
  ['a weak one', { 'x-linked-etag': `W/"${OTHER}"` }],
  // As the CDN of huggingface.co does.
  ['another hash as its ETag', { etag: `"${OTHER}"` }],
  ['two joined hashes', { 'x-linked-etag': `"${OTHER}", "${OTHER}"` }],
  ['an empty hash', { 'x-linked-etag': '', etag: '' }],
])('takes a file of which the hub tells %s', async (_what, headers) => {
  await expect(fetchIt(WEIGHTS, headers)).resolves.toMatchObject({ found: true });
});

test.each([`"${HASH}"`, HASH])('refuses a file with zeros in it, of which the hub tells %s', async (told) => {
  const error = await catchRejection(fetchIt(Buffer.from(WEIGHTS).fill(0, 1000, 2000), { 'x-linked-etag': told }));
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_file_damaged', retryable: true });
  expect(String(error)).toContain('the file came damaged: got 5000 bytes whose SHA-256');
});
