/** Serves the page, the library, the models and ONNX Runtime from one origin, with headers that let a browser keep them. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../test/support/file-server.js';
import type { BenchModel } from './models.js';
import { PLAIN_ASSETS_PATH } from './page/engine.js';

/** Where the page is. */
export const PAGE_PATH = '/bench.html';

const PAGE = `<!doctype html>
<title>Benchmark</title>
<link rel="icon" href="data:," />
<script type="importmap">{ "imports": { "inpage-embeddings": "/dist/index.js" } }</script>
<script type="module" src="/page/bench-page.js"></script>
`;

/** A module with a section of an unknown number, as a module of a newer kind looks to a browser. */
const REFUSED_WASM = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x7f, 0x01, 0x00]);

/** Starts the server. `isIsolated` sends the headers that give the page shared memory, and ONNX Runtime its threads. */
export async function serveBench(pageDir: string, model: BenchModel, isIsolated: boolean): Promise<FileServer> {
  const runtimeDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  const server = await startFileServer(
    {
      [`${model.setup.hub}/${model.setup.id}/resolve/main/`]: model.directory,
      '/dist/': join(ROOT, 'dist'),
      [PLAIN_ASSETS_PATH]: join(ROOT, 'dist/assets'),
      '/page/': pageDir,
      '/onnxruntime/': runtimeDir,
    },
    { [PAGE_PATH]: PAGE },
  );
  server.setFault((request, response) => {
    response.setHeader('cache-control', 'public, max-age=86400');
    if (isIsolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    if (request.url !== `${PLAIN_ASSETS_PATH}kernel-relaxed.wasm`) return false;
    response.setHeader('content-type', 'application/wasm').end(REFUSED_WASM);
    return true;
  });
  return server;
}
