/** The provider server: two origins, of which the second is where a redirect leads. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handle } from './handle.js';
import { LaneState } from './lane-state.js';
import { CORS_HEADERS } from './send.js';
import type { Fault, Lane, LaneSettings } from './wire.js';

/** A running server. */
export interface ProviderServer {
  /** Without a slash at the end. Lanes are below it. */
  readonly origin: string;
  /** The other origin, to which scripted redirects lead. It answers any key. */
  readonly redirectOrigin: string;
  /** A new lane, spoken to without HTTP. */
  lane(): Lane;
  close(): Promise<void>;
}

/** What a request needs to know of its server. */
interface Site {
  readonly origin: () => string;
  readonly foreignOrigin: () => string;
  readonly find: (lane: string) => LaneState;
  /** What of a lane reached the other origin. */
  readonly redirected: (lane: string) => number;
}

/** Starts both origins on free ports of this machine. */
export async function startProviderServer(): Promise<ProviderServer> {
  const lanes = createRegistry({});
  const foreignLanes = createRegistry({ needsKey: false });
  const redirected = (lane: string): number => foreignLanes(lane).arrivals;
  const foreign: Server = createServer((request, response) => {
    receive(request, response, { origin: foreignOrigin, foreignOrigin, find: foreignLanes, redirected });
  });
  const server: Server = createServer((request, response) => {
    receive(request, response, { origin, foreignOrigin, find: lanes, redirected });
  });
  const origin = (): string => originOf(server);
  const foreignOrigin = (): string => originOf(foreign);
  await Promise.all([listen(server), listen(foreign)]);
  return {
    origin: origin(),
    redirectOrigin: foreignOrigin(),
    lane: () => {
      const name = `/lane-${crypto.randomUUID()}`;
      return directLane(origin() + name, lanes(name), () => redirected(name));
    },
    close: async () => {
      await Promise.all([close(server), close(foreign)]);
    },
  };
}

/** Lanes by name, made when first asked for. */
function createRegistry(settings: Partial<LaneSettings>): (name: string) => LaneState {
  const lanes = new Map<string, LaneState>();
  return (name) => {
    const lane = lanes.get(name) ?? new LaneState();
    if (!lanes.has(name)) lane.script([], settings);
    lanes.set(name, lane);
    return lane;
  };
}

function directLane(url: string, state: LaneState, redirected: () => number): Lane {
  return {
    url,
    script: (faults, settings) => {
      state.script(faults, settings);
      return Promise.resolve();
    },
    log: () => Promise.resolve(state.log(redirected())),
    reset: () => {
      state.reset();
      return Promise.resolve();
    },
  };
}

function receive(request: IncomingMessage, response: ServerResponse, site: Site): void {
  const [, name, target] = /^(\/lane-[^/]+)(\/.*)$/.exec(request.url ?? '/') ?? [];
  if (name === undefined || target === undefined) {
    response.writeHead(404, CORS_HEADERS).end();
    return;
  }
  const isControl = target.startsWith('/__');
  const lane = site.find(name);
  if (request.method === 'OPTIONS') {
    if (!isControl) lane.preflights += 1;
    allow(request, response);
    return;
  }
  void readText(request).then((text) => {
    const address = { laneUrl: site.origin() + name, foreignLaneUrl: site.foreignOrigin() + name };
    if (isControl) control(response, target, text, lane, site.redirected(name));
    else handle(request, response, text, target, lane, address);
  });
}

/** Answers a preflight. Only the headers these APIs need are allowed. */
function allow(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS_HEADERS,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, x-api-key, content-type',
    ...(request.headers['access-control-request-private-network'] !== undefined && {
      'access-control-allow-private-network': 'true',
    }),
  });
  response.end();
}

/** What tests in a page use in place of calls. */
function control(response: ServerResponse, target: string, text: string, lane: LaneState, redirected: number): void {
  if (target === '/__script') {
    const { faults = [], settings = {} } = JSON.parse(text) as {
      readonly faults?: readonly Fault[];
      readonly settings?: Partial<LaneSettings>;
    };
    lane.script(faults, settings);
  } else if (target === '/__reset') {
    lane.reset();
  }
  const found = ['/__script', '/__reset', '/__log'].includes(target);
  response.writeHead(found ? 200 : 404, { ...CORS_HEADERS, 'content-type': 'application/json' });
  response.end(JSON.stringify(lane.log(redirected)));
}

/** The body; never settles when the client leaves in the middle of it. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

async function listen(server: Server): Promise<void> {
  // A client's idle connection must not end just as it is used again: that would be a fault nobody has scripted.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function originOf(server: Server): string {
  return `http://localhost:${String((server.address() as AddressInfo).port)}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
