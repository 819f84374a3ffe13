/** The connection to the database of jobs: opened when it is needed, given up when another tab or the browser asks. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';
import { EmbeddingError, isEmbeddingError } from '../errors/errors.js';
import type { JobRecord } from './job-record.js';

/** Every table of the database. Keys with two parts are the job's id and the first of its inputs they are about. */
export interface JobSchema extends DBSchema {
  jobs: { key: string; value: JobRecord };
  inputs: { key: [string, number]; value: TargetRequest['inputs'] };
  rows: { key: [string, number]; value: EmbeddedRows };
  /** The provider's id of one input's request. */
  requests: { key: [string, number]; value: string };
}

/** The tables whose rows belong to one job. */
export const PARTS = ['inputs', 'rows', 'requests'] as const;
const TABLES = ['jobs', 'inputs', 'rows', 'requests'] as const;

/** Reads and writes every table, all or nothing. */
export type JobTransaction = IDBPTransaction<JobSchema, typeof TABLES, 'readwrite'>;

/** One for all models of an origin. */
const NAME = 'inpage-embeddings/jobs';

/** The database of jobs. */
export class JobDatabase {
  #opened: Promise<IDBPDatabase<JobSchema>> | undefined;
  #isClosed = false;

  /**
   * What `work` gives, once everything it wrote is committed; nothing is when it throws. It may wait only for the database.
   *
   * @param durability - `strict` is on the disk when it resolves: for what can't be computed again.
   * @throws EmbeddingError `storage_unavailable`, `insufficient_storage`, `disposed`; what `work` throws.
   */
  async transact<T>(
    work: (tx: JobTransaction) => Promise<T>,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<T> {
    try {
      const database = await this.#open();
      const tx = database.transaction(TABLES, 'readwrite', { durability });
      // It rejects as well when `work` does, and nobody would hear of it.
      tx.done.catch(() => undefined);
      const result = await work(tx).catch((error: unknown) => {
        abort(tx);
        throw error;
      });
      await tx.done;
      return result;
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Ends the connection, after what is under way; later calls reject with code `disposed`. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #open(): Promise<IDBPDatabase<JobSchema>> {
    if (this.#isClosed) {
      const message = 'This client has been disposed of. Make a new one.';
      return Promise.reject(new EmbeddingError('disposed', message));
    }
    const drop = (): void => {
      this.#drop();
    };
    this.#opened ??= openDB<JobSchema>(NAME, 1, {
      upgrade: (database) => {
        database.createObjectStore('jobs', { keyPath: 'id' });
        for (const table of PARTS) database.createObjectStore(table);
      },
      // Another tab has a newer version of this library, or the user deletes the site's data.
      blocking: drop,
      terminated: drop,
    }).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  #drop(): void {
    void this.#opened?.then(
      (database) => {
        database.close();
      },
      () => undefined,
    );
    this.#opened = undefined;
  }
}

function abort(tx: JobTransaction): void {
  try {
    tx.abort();
  } catch {
    // It has aborted by itself, as when there is no room.
  }
}

function toStorageError(error: unknown): EmbeddingError {
  if (isEmbeddingError(error)) return error;
  const isFull = error instanceof Error && error.name === 'QuotaExceededError';
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'IndexedDB failed';
  const message = isFull
    ? "There isn't room for this job in the browser's storage. Make smaller jobs, or delete what this site has stored."
    : `Jobs need IndexedDB, but it can't be used here (${reason}). Allow this site to store data, or use embeddings.create().`;
  return new EmbeddingError(isFull ? 'insufficient_storage' : 'storage_unavailable', message, { cause: error });
}
