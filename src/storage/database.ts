/**
 * The connection to a database of IndexedDB: opened when it is needed, given up when another tab or the browser asks, opened anew
 * after that. A file beside this one says what each database holds.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import { disposedError } from '../errors/disposed.js';
import { EmbeddingError, isEmbeddingError } from '../errors/errors.js';
import { createDeferred } from '../util/deferred.js';
import { SharedAttempt } from '../util/share-success.js';
import { Watchdog } from '../util/watchdog.js';

/** What a database is. */
export interface DatabaseForm<Schema extends DBSchema> {
  readonly name: string;
  readonly version: number;
  /** Every table there is. */
  readonly tables: readonly StoreNames<Schema>[];
  /** Makes what the version before lacks; 0: there was no database. */
  readonly upgrade: (database: IDBPDatabase<Schema>, versionBefore: number) => void;
  /** What is said when it can't be used, and what can be done. */
  readonly messages: {
    /** There is no room. */
    readonly full: string;
    /** A newer version of the library has made it. */
    readonly newer: string;
    readonly unavailable: (reason: string) => string;
  };
}

/** Reads and writes every table, all or nothing. */
export type Transaction<Schema extends DBSchema> = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>;

/** A transaction takes milliseconds, also thousands of inputs in one; opening waits for other tabs to let go. */
const LIMIT_MS = 60_000;
const OPEN_LIMIT_MS = 15_000;

/** A database, whoever uses it. */
export class Database<Schema extends DBSchema> {
  readonly #form: DatabaseForm<Schema>;
  readonly #opened = new SharedAttempt<IDBPDatabase<Schema>>();
  #isClosed = false;

  constructor(form: DatabaseForm<Schema>) {
    this.#form = form;
  }

  /**
   * What `work` gives, once everything it wrote is committed; nothing is when it throws. It may wait only for the database.
   *
   * @param durability - `strict` is on the disk when it resolves: for what can't be computed again.
   * @throws EmbeddingError `storage_unavailable`, also when the database doesn't answer;
   *   `insufficient_storage`, `disposed`; what `work` throws.
   */
  async transact<T>(
    work: (tx: Transaction<Schema>) => Promise<T>,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<T> {
    try {
      return await run(await this.#begin(durability), work);
    } catch (error) {
      throw toStorageError(error, this.#form.messages);
    }
  }

  /** Ends the connection, after what is under way; later calls reject with code `disposed`. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #begin(durability: 'strict' | 'relaxed'): Promise<Transaction<Schema>> {
    const begin = async (): Promise<Transaction<Schema>> =>
      (await this.#open()).transaction([...this.#form.tables], 'readwrite', { durability });
    try {
      return await begin();
    } catch (error) {
      // The connection was ended between, as when the user deletes the site's data.
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      this.#drop();
      return begin();
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#isClosed) {
      return Promise.reject(disposedError());
    }
    return this.#opened.get(() => {
      const opening = openWithin(this.#form, () => {
        if (this.#opened.current === opening) this.#drop();
      });
      return opening;
    });
  }

  #drop(): void {
    void this.#opened.current?.then(close, () => undefined);
    this.#opened.forget();
  }
}

/** Rejects when other tabs keep the database from being opened: a connection that comes later is closed. */
async function openWithin<S extends DBSchema>(form: DatabaseForm<S>, onEnding: () => void): Promise<IDBPDatabase<S>> {
  const opening = openComplete(form, onEnding);
  const late = createDeferred<never>();
  const watchdog = new Watchdog(() => {
    opening.then(close, () => undefined);
    const limitMs = String(OPEN_LIMIT_MS);
    late.reject(new Error(`it could not be opened within ${limitMs} ms; another tab of this site may hold it`));
  });
  watchdog.start(OPEN_LIMIT_MS);
  try {
    return await Promise.race([opening, late.promise]);
  } finally {
    watchdog.stop();
  }
}

/** With every table. A database of that name without them was left by something else, and holds nothing that can be read. */
async function openComplete<S extends DBSchema>(form: DatabaseForm<S>, onEnding: () => void): Promise<IDBPDatabase<S>> {
  const database = await open(form, onEnding);
  if (form.tables.every((table) => database.objectStoreNames.contains(table))) return database;
  database.close();
  await deleteDB(form.name);
  return open(form, onEnding);
}

function open<S extends DBSchema>(
  { name, version, upgrade }: DatabaseForm<S>,
  onEnding: () => void,
): Promise<IDBPDatabase<S>> {
  return openDB<S>(name, version, {
    upgrade,
    // Another tab has a newer version of this library, or the user deletes the site's data.
    blocking: onEnding,
    terminated: onEnding,
  });
}

async function run<S extends DBSchema, T>(tx: Transaction<S>, work: (tx: Transaction<S>) => Promise<T>): Promise<T> {
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

function abort(tx: Pick<IDBPTransaction, 'abort'>): void {
  try {
    tx.abort();
  } catch {
    // It has aborted by itself, as when there is no room.
  }
}

function close(database: Pick<IDBDatabase, 'close'>): void {
  database.close();
}

function toStorageError(error: unknown, messages: DatabaseForm<DBSchema>['messages']): EmbeddingError {
  if (isEmbeddingError(error)) return error;
  const name = error instanceof Error ? error.name : undefined;
  if (name === 'QuotaExceededError') return new EmbeddingError('insufficient_storage', messages.full, { cause: error });
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'IndexedDB failed';
  const message = name === 'VersionError' ? messages.newer : messages.unavailable(reason);
  return new EmbeddingError('storage_unavailable', message, { cause: error });
}
