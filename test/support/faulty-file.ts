/** One file of a hub on a real server, which answers as a test says. */
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { startFileServer, type FileServer } from './file-server.js';

/** The server of a test file, and the file's address there. */
export interface FaultyFile {
  readonly server: FileServer;
  readonly url: string;
}

/** Starts one for the tests of a file, and gives what has it while they run; every fault and stubbed global ends with its test. */
export function useFaultyFile(): () => FaultyFile {
  let file: FaultyFile | undefined;

  beforeAll(async () => {
    const server = await startFileServer({});
    file = { server, url: `${server.origin}/owner/model/resolve/main/file` };
  });

  afterEach(() => {
    file?.server.setFault(undefined);
    vi.unstubAllGlobals();
  });

  afterAll(() => file?.server.close());

  return () => {
    if (!file) throw new Error('Expected to be called while a test runs.');
    return file;
  };
}
