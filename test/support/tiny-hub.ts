/** A hub with the tiny models on a real server, and a worker's request for one of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { LoadRequest } from '../../src/ports/worker-api.js';
import { startFileServer, type FileServer } from './file-server.js';
import { writeTinyModels } from './tiny-models.js';

/** The server of a test file, and the folder it serves. */
export interface TinyHub {
  readonly server: FileServer;
  readonly models: string;
}

/** Starts one for the tests of a file, and gives what has it while they run; every fault ends with its test. */
export function useTinyHub(): () => TinyHub {
  let server: FileServer | undefined;
  const models = mkdtempSync(join(tmpdir(), 'tiny-models-'));

  beforeAll(async () => {
    writeTinyModels(models);
    server = await startFileServer({ '/': models });
  });

  afterEach(() => {
    server?.setFault(undefined);
    server?.requests.splice(0);
  });

  afterAll(async () => {
    await server?.close();
    rmSync(models, { recursive: true });
  });

  return () => {
    if (!server) throw new Error('Expected to be called while a test runs.');
    return { server, models };
  };
}

/** A request for a tiny model of that hub, as the kernel's worker makes it. */
export function requestTiny(
  { origin }: Pick<FileServer, 'origin'>,
  more: Partial<LoadRequest<unknown>> = {},
): LoadRequest<unknown> {
  return {
    model: 'tests/mean',
    source: { hubUrl: `${origin}/`, revision: 'main', access: {} },
    dtypes: ['q8', 'fp32'],
    room: { cost: { bytes: 20e6, perModelByte: 1.2 } },
    bypassHttpCache: false,
    ...more,
  } as unknown as LoadRequest<unknown>;
}
