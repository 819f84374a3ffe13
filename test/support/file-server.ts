/** A plain static file server on a real socket, whose answers a test can spoil. */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Answers a request itself and returns true, or leaves it to the files. */
export type Fault = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** A running server. */
export interface FileServer {
  /** Without a slash at the end. */
  readonly origin: string;
  /** Paths asked for so far. */
  readonly requests: string[];
  /** Spoils answers from now on; undefined ends it. */
  setFault(fault: Fault | undefined): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Serves folders by path prefix, and pages by exact path, on a free port of this machine. */
export async function startFileServer(
  folders: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, string>> = {},
): Promise<FileServer> {
  const requests: string[] = [];
  let fault: Fault | undefined;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://server.invalid').pathname);
    requests.push(path);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-cache');
    if (fault?.(request, response, path) === true) return;
    const page = pages[path];
    if (page !== undefined) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    else sendFile(response, findFile(folders, path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    requests,
    setFault: (next) => {
      fault = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function findFile(folders: Readonly<Record<string, string>>, path: string): string | undefined {
  const prefix = Object.keys(folders).find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const rest = normalize(path.slice(prefix.length));
  return rest.startsWith('..') ? undefined : join(folders[prefix] ?? '', rest);
}

/** Answers with a file's content, or with 404. */
export function sendFile(response: ServerResponse, file: string | undefined): void {
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file === undefined || stats?.isFile() !== true) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': stats.size,
  });
  createReadStream(file).pipe(response);
}
