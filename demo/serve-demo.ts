/** Builds and serves the demo, for `npm run demo` and its tests. The library has been built before. */
import { fileURLToPath } from 'node:url';
import { build, createServer, preview, type InlineConfig } from 'vite';

/** A running server. */
export interface DemoServer {
  /** The page's address, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const CONFIG: InlineConfig = { configFile: fileURLToPath(new URL('./vite.config.ts', import.meta.url)) };

/** Writes the page and everything it needs to `demo/dist`. */
export async function buildDemo(): Promise<void> {
  await build({ ...CONFIG, logLevel: 'warn' });
}

/** Serves what `buildDemo()` wrote, on port 4173 or the next free one. */
export async function serveBuiltDemo(): Promise<DemoServer> {
  const server = await preview({ ...CONFIG, logLevel: 'warn' });
  return { url: findUrl(server.resolvedUrls), close: () => server.close() };
}

/** Serves the sources and reloads on every change, on port 5173 or the next free one. */
export async function serveDemoSources(): Promise<DemoServer> {
  const server = await createServer(CONFIG);
  await server.listen();
  return { url: findUrl(server.resolvedUrls), close: () => server.close() };
}

function findUrl(urls: { readonly local: readonly string[] } | null): string {
  const url = urls?.local[0];
  if (url === undefined) throw new Error('Expected the server to say its address, but it has none.');
  return url;
}
