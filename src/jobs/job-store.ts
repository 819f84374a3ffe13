/**
 * Jobs in IndexedDB: what each is, its inputs, and the vectors computed so far. Inputs are deleted as soon as a job ends,
 * the rest when it is forgotten.
 */
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';
import { SpaceMismatchError } from '../errors/errors.js';
import { JobDatabase, PARTS, type JobTransaction } from './job-database.js';
import { advance, forgetAt, hasEnded, type JobRecord } from './job-record.js';
import { markJobs } from './mark-jobs.js';

/**
 * Inputs in one stored part, and in one commit. Little work is lost with a page that is closed, and a commit's millisecond
 * or two is nothing beside the time they take to embed.
 */
export const PART_INPUTS = 64;

/** The jobs of this origin. Every method throws what {@link JobDatabase.transact} does. */
export class JobStore {
  readonly #database = new JobDatabase();

  /** Stores a new job and its inputs; it is on the disk when this resolves. */
  async add(record: JobRecord, inputs: TargetRequest['inputs']): Promise<void> {
    await this.#database.transact(async (tx) => {
      await tx.objectStore('jobs').add(record);
      const table = tx.objectStore('inputs');
      for (let start = 0; start < inputs.length; start += PART_INPUTS) {
        // One after the other: cloning all inputs in one task would hold the page up.
        await table.put(inputs.slice(start, start + PART_INPUTS), [record.id, start]);
      }
      markJobs(record.model, 0);
    }, 'strict');
  }

  /** A job; undefined when there is none, or none any more. */
  read(id: string): Promise<JobRecord | undefined> {
    return this.#database.transact((tx) => readFresh(tx, id));
  }

  /** Every job there is, the newest first. Forgets those whose time is over. */
  async list(): Promise<JobRecord[]> {
    const records = await this.#database.transact(listFresh);
    return [...records].sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Says in local storage when a model's jobs need somebody. */
  async mark(model: string): Promise<void> {
    // Within the transaction, so that no other tab adds a job between the two.
    await this.#database.transact(async (tx) => {
      const records = (await listFresh(tx)).filter((record) => record.model === model);
      const due = records.map((record) => (hasEnded(record) ? forgetAt(record) : 0));
      markJobs(model, due.length === 0 ? undefined : Math.min(...due));
    });
  }

  /**
   * Marks a job as being worked on; undefined when it has ended.
   *
   * @param remote - the provider its requests will go to, from now on; none for local work.
   */
  begin(id: string, remote: string | undefined): Promise<JobRecord | undefined> {
    return this.#change(id, (record) => ({
      ...record,
      status: 'PROCESSING',
      changedAt: Date.now(),
      ...(remote !== undefined && { remote }),
    }));
  }

  /** Ends a job as FAILED, and deletes its inputs and vectors; undefined when it had ended. */
  fail(id: string, detail: string): Promise<JobRecord | undefined> {
    const now = Date.now();
    return this.#change(id, (record) => ({ ...record, status: 'FAILED', detail, changedAt: now, endedAt: now }));
  }

  /** Where the stored parts of a table begin, in order. */
  listStarts(id: string, table: 'inputs' | 'rows'): Promise<number[]> {
    return this.#database.transact(async (tx) => {
      const keys = await tx.objectStore(table).getAllKeys(keysOf(id));
      return keys.map(([, start]) => start);
    });
  }

  /** The inputs of one part; none once the job has ended. */
  readInputs(id: string, start: number): Promise<TargetRequest['inputs']> {
    return this.#database.transact(async (tx) => (await tx.objectStore('inputs').get([id, start])) ?? []);
  }

  /** One input; undefined once the job has ended. */
  async readInput(id: string, index: number): Promise<TargetRequest['inputs'][number] | undefined> {
    const offset = index % PART_INPUTS;
    return (await this.readInputs(id, index - offset))[offset];
  }

  /**
   * Stores the vectors of the inputs from `start` on, and counts them, in one step; those of the last inputs complete the
   * job. Undefined, and nothing stored, when it has ended meanwhile.
   *
   * @throws SpaceMismatchError when they are of another space than those stored before.
   */
  commit(id: string, start: number, rows: EmbeddedRows, computeMs: number): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await readFresh(tx, id);
      if (!record || hasEnded(record)) return undefined;
      if (record.space !== undefined && record.space !== rows.space) {
        throw new SpaceMismatchError(record.space, rows.space);
      }
      const table = tx.objectStore('rows');
      // Without locks two tabs may work on one job; each part counts once all the same.
      if ((await table.getKey([id, start])) !== undefined) return record;
      await table.put(rows, [id, start]);
      const next = advance(record, rows, computeMs, Date.now());
      await tx.objectStore('jobs').put(next);
      if (hasEnded(next)) await remove(tx, id, ['inputs', 'requests']);
      return next;
    });
  }

  /** Remembers the provider's id of one input's request, on the disk. */
  async saveRequest(id: string, index: number, requestId: string): Promise<void> {
    await this.#database.transact((tx) => tx.objectStore('requests').put(requestId, [id, index]), 'strict');
  }

  /** The inputs whose requests a provider holds, with its ids of them. */
  listRequests(id: string): Promise<Map<number, string>> {
    return this.#database.transact(async (tx) => {
      const table = tx.objectStore('requests');
      const keys = await table.getAllKeys(keysOf(id));
      const requestIds = await table.getAll(keysOf(id));
      return new Map(keys.map(([, index], at) => [index, requestIds[at] ?? '']));
    });
  }

  /** The vectors of a completed job, in order, a part at a time. */
  async *readRows(id: string): AsyncGenerator<EmbeddedRows, void, undefined> {
    for (const start of await this.listStarts(id, 'rows')) {
      const rows = await this.#database.transact((tx) => tx.objectStore('rows').get([id, start]));
      if (rows) yield rows;
    }
  }

  /** Ends the connection; later calls reject with code `disposed`. */
  close(): void {
    this.#database.close();
  }

  #change(id: string, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await readFresh(tx, id);
      if (!record || hasEnded(record)) return undefined;
      const next = change(record);
      await tx.objectStore('jobs').put(next);
      if (hasEnded(next)) await remove(tx, id, PARTS);
      return next;
    });
  }
}

/** A job, unless its time is over: then everything of it is deleted. */
async function readFresh(tx: JobTransaction, id: string): Promise<JobRecord | undefined> {
  const record = await tx.objectStore('jobs').get(id);
  if (!record || forgetAt(record) > Date.now()) return record;
  await tx.objectStore('jobs').delete(id);
  await remove(tx, id, PARTS);
  return undefined;
}

async function listFresh(tx: JobTransaction): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  for (const id of await tx.objectStore('jobs').getAllKeys()) {
    const record = await readFresh(tx, id);
    if (record) records.push(record);
  }
  return records;
}

async function remove(tx: JobTransaction, id: string, tables: readonly (typeof PARTS)[number][]): Promise<void> {
  for (const table of tables) await tx.objectStore(table).delete(keysOf(id));
}

/** Every key that begins with a job's id. */
function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, Infinity]);
}
