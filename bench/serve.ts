/** Serves the page, the library, the models and ONNX Runtime from one origin, with headers that let a browser keep them. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../test/support/file-server.js';
import type { BenchModel } from './models.js';

/** Where the page is. */
export const PAGE_PATH = '/bench.html';

const PAGE = `<!doctype html>
<title>Benchmark</title>
<link rel="icon" href="data:," />
<script type="importmap">{ "imports": { "inpage-embeddings": "/dist/index.js" } }</script>
<script type="module" src="/page/bench-page.js"></script>
`;

/** Starts the server. `isIsolated` sends the headers that give the page shared memory, and ONNX Runtime its threads. */
export async function serveBench(pageDir: string, model: BenchModel, isIsolated: boolean): Promise<FileServer> {
  const runtimeDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  const server = await startFileServer(
    {
      [`${model.setup.hub}/${model.setup.id}/resolve/main/`]: model.directory,
      '/dist/': join(ROOT, 'dist'),
      '/page/': pageDir,
      '/onnxruntime/': runtimeDir,
    },
    { [PAGE_PATH]: PAGE },
  );
  server.setFault((_request, response) => {
    response.setHeader('cache-control', 'public, max-age=86400');
    if (isIsolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    return false;
  });
  return server;
}
