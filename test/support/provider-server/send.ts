/** Puts an answer on the socket, whole, late, or not quite. */
import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Reply } from './reply.js';
import type { Fault, Progress } from './wire.js';

/** What pages of other origins may read besides the body. */
const EXPOSED = 'x-request-id, retry-after, retry-after-ms';

/** The headers that let a page of any origin send these requests and read the answers. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED,
};

/** Sends it as the fault says. Returns without waiting. */
export function send(response: ServerResponse, reply: Reply, requestId: string, fault: Fault | undefined): void {
  const bytes = Buffer.from(reply.body);
  const writeHead = (): void => {
    response.writeHead(reply.status, {
      ...(reply.cors !== false && CORS_HEADERS),
      'content-type': reply.contentType,
      'content-length': bytes.length,
      'x-request-id': requestId,
      ...reply.headers,
    });
    response.flushHeaders();
  };
  const finish = (): void => {
    if (!response.headersSent) writeHead();
    response.end(bytes);
  };
  if (fault?.kind === 'endless') {
    sendSpaces(response, requestId, fault);
  } else if (fault?.kind === 'slow') {
    if (fault.part === 'body') writeHead();
    const timer = setTimeout(finish, fault.ms);
    response.once('close', () => {
      clearTimeout(timer);
    });
  } else if (fault?.kind === 'hang' || fault?.kind === 'cut') {
    sendPart(response, writeHead, bytes, fault.at ?? (fault.kind === 'hang' ? 'nothing' : 'half'), () => {
      if (fault.kind === 'cut') response.destroy();
    });
  } else {
    finish();
  }
}

/** Spaces may stand before JSON, so nothing but their number is wrong. */
function sendSpaces(
  response: ServerResponse,
  requestId: string,
  { status = 200, gzip = false }: Extract<Fault, { readonly kind: 'endless' }>,
): void {
  response.writeHead(status, {
    ...CORS_HEADERS,
    'content-type': 'application/json',
    'x-request-id': requestId,
    ...(gzip && { 'content-encoding': 'gzip' }),
  });
  const spaces = Readable.from(Array.from({ length: 1024 }, () => Buffer.alloc(65_536, ' ')));
  const streams = gzip ? [spaces, createGzip(), response] : [spaces, response];
  // It fails when the client leaves, which is what is waited for.
  pipeline(streams, () => undefined);
}

/** Calls `done` when the part has been handed to the socket. */
function sendPart(
  response: ServerResponse,
  writeHead: () => void,
  bytes: Buffer,
  part: Progress,
  done: () => void,
): void {
  if (part === 'nothing') {
    done();
    return;
  }
  writeHead();
  const length = part === 'half' ? Math.floor(bytes.length / 2) : 0;
  if (length === 0) response.socket?.write('', done);
  else response.write(bytes.subarray(0, length), done);
}
