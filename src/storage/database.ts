/** The connection to the database of jobs: opened when it is needed, given up when another tab or the browser asks. */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { TargetRequest } from '../targets/target.js';
import { EmbeddingError, isEmbeddingError } from '../errors/errors.js';
import { createDeferred } from '../util/deferred.js';
import { Watchdog } from '../util/watchdog.js';
import { JOBS_DATABASE } from './names.js';
import type { JobRecord } from '../jobs/job-record.js';
import type { PartRecord } from '../jobs/stored-part.js';

/** Every table of the database. Keys with two parts are the job's id and the first of its inputs they are about. */
export interface JobSchema extends DBSchema {
  jobs: { key: string; value: JobRecord };
  inputs: { key: [string, number]; value: TargetRequest['inputs'] };
  rows: { key: [string, number]; value: PartRecord };
  /** The provider's id of one input's request. */
  requests: { key: [string, number]; value: string };
}

/** The tables whose rows belong to one job. */
export const PARTS = ['inputs', 'rows', 'requests'] as const;
const TABLES = ['jobs', 'inputs', 'rows', 'requests'] as const;

/** Reads and writes every table, all or nothing. */
export type JobTransaction = IDBPTransaction<JobSchema, typeof TABLES, 'readwrite'>;

/** A transaction takes milliseconds, also thousands of inputs in one; opening waits for other tabs to let go. */
const LIMIT_MS = 60_000;
const OPEN_LIMIT_MS = 15_000;

/** The database of jobs. */
export class JobDatabase {
  #opened: Promise<IDBPDatabase<JobSchema>> | undefined;
  #isClosed = false;

  /**
   * What `work` gives, once everything it wrote is committed; nothing is when it throws. It may wait only for the database.
   *
   * @param durability - `strict` is on the disk when it resolves: for what can't be computed again.
   * @throws EmbeddingError `storage_unavailable`, also when the database doesn't answer;
   *   `insufficient_storage`, `disposed`; what `work` throws.
   */
  async transact<T>(
    work: (tx: JobTransaction) => Promise<T>,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<T> {
    try {
      return await run(await this.#begin(durability), work);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Ends the connection, after what is under way; later calls reject with code `disposed`. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #begin(durability: 'strict' | 'relaxed'): Promise<JobTransaction> {
    const begin = async (): Promise<JobTransaction> =>
      (await this.#open()).transaction(TABLES, 'readwrite', { durability });
    try {
      return await begin();
    } catch (error) {
      // The connection was ended between, as when the user deletes the site's data.
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      this.#drop();
      return begin();
    }
  }

  #open(): Promise<IDBPDatabase<JobSchema>> {
    if (this.#isClosed) {
      const message = 'This client has been disposed of. Make a new one.';
      return Promise.reject(new EmbeddingError('disposed', message));
    }
    if (this.#opened) return this.#opened;
    const drop = (): void => {
      if (this.#opened === opening) this.#drop();
    };
    const opening = openWithin(OPEN_LIMIT_MS, drop).catch((error: unknown) => {
      if (this.#opened === opening) this.#opened = undefined;
      throw error;
    });
    this.#opened = opening;
    return opening;
  }

  #drop(): void {
    void this.#opened?.then(close, () => undefined);
    this.#opened = undefined;
  }
}

/** Rejects when other tabs keep the database from being opened: a connection that comes later is closed. */
async function openWithin(limitMs: number, onEnding: () => void): Promise<IDBPDatabase<JobSchema>> {
  const opening = openComplete(onEnding);
  const late = createDeferred<never>();
  const watchdog = new Watchdog(() => {
    opening.then(close, () => undefined);
    late.reject(new Error(`it could not be opened within ${String(limitMs)} ms; another tab of this site may hold it`));
  });
  watchdog.start(limitMs);
  try {
    return await Promise.race([opening, late.promise]);
  } finally {
    watchdog.stop();
  }
}

/** With every table. A database of that name without them was left by something else, and holds no job that can be read. */
async function openComplete(onEnding: () => void): Promise<IDBPDatabase<JobSchema>> {
  const database = await open(onEnding);
  if (TABLES.every((table) => database.objectStoreNames.contains(table))) return database;
  database.close();
  await deleteDB(JOBS_DATABASE);
  return open(onEnding);
}

function open(onEnding: () => void): Promise<IDBPDatabase<JobSchema>> {
  return openDB<JobSchema>(JOBS_DATABASE, 1, {
    upgrade: (database) => {
      database.createObjectStore('jobs', { keyPath: 'id' });
      for (const table of PARTS) database.createObjectStore(table);
    },
    // Another tab has a newer version of this library, or the user deletes the site's data.
    blocking: onEnding,
    terminated: onEnding,
  });
}

async function run<T>(tx: JobTransaction, work: (tx: JobTransaction) => Promise<T>): Promise<T> {
  // It rejects as well when `work` does, and nobody would hear of it.
  tx.done.catch(() => undefined);
  const watchdog = new Watchdog(() => {
    abort(tx);
  });
  watchdog.start(LIMIT_MS);
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    abort(tx);
    // What was asked last only says that it was aborted.
    throw tx.error?.name === 'QuotaExceededError' ? tx.error : error;
  } finally {
    watchdog.stop();
  }
}

function abort(tx: JobTransaction): void {
  try {
    tx.abort();
  } catch {
    // It has aborted by itself, as when there is no room.
  }
}

function close(database: IDBPDatabase<JobSchema>): void {
  database.close();
}

/** Deletes what tables hold of a job. */
export async function remove(tx: JobTransaction, id: string, tables: readonly (typeof PARTS)[number][]): Promise<void> {
  for (const table of tables) await tx.objectStore(table).delete(keysOf(id));
}

/** Every key that begins with a job's id. */
export function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, Infinity]);
}

function toStorageError(error: unknown): EmbeddingError {
  if (isEmbeddingError(error)) return error;
  const name = error instanceof Error ? error.name : undefined;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'IndexedDB failed';
  if (name === 'QuotaExceededError') {
    const message = `There isn't room for this job in the browser's storage. Make smaller jobs, or delete what this site has stored.`;
    return new EmbeddingError('insufficient_storage', message, { cause: error });
  }
  const message =
    name === 'VersionError'
      ? 'The jobs of this site are stored by a newer version of this library. Reload every tab of it to use that one.'
      : `Jobs need IndexedDB, but it can't be used here (${reason}). Allow this site to store data, or use embeddings.create().`;
  return new EmbeddingError('storage_unavailable', message, { cause: error });
}
