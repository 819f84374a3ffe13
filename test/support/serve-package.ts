/** Serves the built package to the browser tests byte for byte: Vitest would rewrite the imports inside the worker. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from '../../scripts/package/paths.js';
import { sendFile } from './file-server.js';

const PATH = '/package/';

/** They import packages by name, which Vite resolves as an app's bundler does, and start no worker. */
const FRAMEWORK_ENTRIES = ['ai-sdk', 'langchain'];

/** Resolves `inpage-embeddings` and its sub-paths to their entries on the test server. */
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
      const found = /^inpage-embeddings(?:\/([\w-]+))?$/.exec(id);
      if (!found || !address) return null;
      const entry = found[1] ?? 'index';
      if (FRAMEWORK_ENTRIES.includes(entry)) return join(ROOT, 'dist', `${entry}.js`);
      return { id: `http://localhost:${address.port}${PATH}${entry}.js`, external: true };
    },
  };
}
