/** Serves the built package to the browser tests byte for byte: Vitest would rewrite the imports inside the worker. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from '../../scripts/package/paths.js';
import { sendFile } from './file-server.js';

const PATH = '/package/';

/** Resolves `inpage-embeddings` to its own entry on the test server. */
export function servePackage(): Plugin {
  let address: AddressInfo | undefined;
  return {
    name: 'serve-package',
    enforce: 'pre',
    configureServer: (server) => {
      server.httpServer?.on('listening', () => {
        address = server.httpServer?.address() as AddressInfo;
      });
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://server.invalid');
        if (pathname.startsWith(PATH)) sendFile(response, join(ROOT, 'dist', pathname.slice(PATH.length)));
        else next();
      });
    },
    resolveId: (id) => {
      if (id !== 'inpage-embeddings' || !address) return null;
      return { id: `http://localhost:${address.port}${PATH}index.js`, external: true };
    },
  };
}
