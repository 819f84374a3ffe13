/**
 * Jobs in IndexedDB: what each is, its inputs, and the vectors computed so far. Inputs are deleted as soon as a job is completed
 * or cancelled, the rest when it is forgotten.
 */
import type { TargetRequest } from '../contract/target.js';
import { JobAges } from './job-ages.js';
import { keysOf, openJobDatabase, PARTS, remove, type JobTransaction } from '../storage/job-database.js';
import { advance, change, hasEnded, isJobRecord, leftMs, renew, type JobRecord } from './job-record.js';
import { joinOrigin } from './job-origin.js';
import { listSurplus } from './list-surplus.js';
import { markJobs } from '../storage/mark-jobs.js';
import { countInputs, toPartRecord, toStoredPart, type PartRecord, type StoredPart } from './stored-part.js';

/**
 * Inputs in one stored part, and in one commit. Little work is lost with a page that is closed, and a commit's millisecond
 * or two is nothing beside the time they take to embed.
 */
export const PART_INPUTS = 64;

type Inputs = TargetRequest['inputs'];
type Tx = JobTransaction<JobRecord, Inputs, PartRecord>;

/** The jobs of this origin. Every method throws what `Database.transact()` does. */
export class JobStore {
  readonly #database = openJobDatabase<JobRecord, Inputs, PartRecord>();
  readonly #ages = new JobAges();

  /** Stores a new job and its inputs; it is on the disk when this resolves. Results beyond what is kept make room for it. */
  async add(record: JobRecord, inputs: Inputs): Promise<void> {
    await this.#database.transact(async (tx) => {
      for (const { id } of listSurplus(await this.#listFresh(tx))) await this.#forget(tx, id);
      await tx.objectStore('jobs').add(record);
      const table = tx.objectStore('inputs');
      for (let start = 0; start < inputs.length; start += PART_INPUTS) {
        // One after the other: cloning all inputs in one task would hold the page up.
        await table.put(inputs.slice(start, start + PART_INPUTS), [record.id, start]);
      }
      markJobs(record.model, 0);
    }, 'strict');
    this.#ages.reset(record.id);
  }

  /** A job; undefined when there is none, or none any more. */
  async read(id: string): Promise<JobRecord | undefined> {
    const record = await this.#database.transact((tx) => this.#readFresh(tx, id));
    if (record) await this.#storeAges([record]);
    return record;
  }

  /** Every job there is, the newest first. Forgets those whose time is over. */
  async list(): Promise<JobRecord[]> {
    const records = await this.#database.transact((tx) => this.#listFresh(tx));
    await this.#storeAges(records);
    return [...records].sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Says in local storage when a model's jobs need somebody. */
  async mark(model: string): Promise<void> {
    await this.#database.transact((tx) => this.#mark(tx, model));
  }

  /**
   * Marks a job as being worked on; undefined when it has ended.
   *
   * @param remote - the provider its requests will go to, from now on; none for local work.
   */
  begin(id: string, remote: string | undefined): Promise<JobRecord | undefined> {
    return this.#change(id, (record) =>
      change(record, { status: 'PROCESSING', ...(remote !== undefined && { remote }) }),
    );
  }

  /** Lets a job wait, and says why; undefined when it has ended. */
  postpone(id: string, detail: string): Promise<JobRecord | undefined> {
    return this.#change(id, (record) => change(record, { status: 'QUEUED', detail }));
  }

  /** Ends a job as FAILED; it can be gone on with. Undefined when it had ended. */
  fail(id: string, detail: string): Promise<JobRecord | undefined> {
    return this.#change(id, (record) => renew(record, { status: 'FAILED', detail, isResumable: true }));
  }

  /** Ends a job as FAILED, and deletes its inputs and vectors; also of one that has failed. Undefined when it is completed. */
  cancel(id: string, detail: string): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await this.#readFresh(tx, id);
      if (!record || (hasEnded(record) && record.isResumable !== true)) return undefined;
      await remove(tx, id, PARTS);
      return this.#put(tx, renew(record, { status: 'FAILED', detail }));
    });
  }

  /** Lets a job that has failed wait for work anew, without what is known of inputs that failed; undefined when it can't. */
  resume(id: string): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await this.#readFresh(tx, id);
      if (record?.isResumable !== true) return undefined;
      let { completed, failed = 0 } = record;
      const table = tx.objectStore('rows');
      for (const key of await table.getAllKeys(keysOf(id))) {
        const stored = await table.get(key);
        const counts = stored && countInputs(toStoredPart(stored));
        if (!counts || counts.failed === 0) continue;
        await table.delete(key);
        completed -= counts.completed;
        failed -= counts.failed;
      }
      markJobs(record.model, 0);
      return this.#put(tx, renew(record, { status: 'QUEUED', completed, failed }));
    });
  }

  /** Where the stored parts of a table begin, in order. */
  listStarts(id: string, table: 'inputs' | 'rows'): Promise<number[]> {
    return this.#database.transact(async (tx) => {
      const keys = await tx.objectStore(table).getAllKeys(keysOf(id));
      return keys.map(([, start]) => start);
    });
  }

  /** The inputs of one part; none once the job has ended. */
  readInputs(id: string, start: number): Promise<Inputs> {
    return this.#database.transact(async (tx) => (await tx.objectStore('inputs').get([id, start])) ?? []);
  }

  /** One input; undefined once the job has ended. */
  async readInput(id: string, index: number): Promise<Inputs[number] | undefined> {
    const offset = index % PART_INPUTS;
    return (await this.readInputs(id, index - offset))[offset];
  }

  /**
   * Stores what came of the inputs from `start` on, and counts them, in one step; the last inputs end the job. Undefined, and
   * nothing stored, when it has ended meanwhile.
   *
   * @throws SpaceMismatchError, IntegrityError `content_changed` when vectors don't belong to those stored before.
   */
  commit(id: string, start: number, part: StoredPart, computeMs: number): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await this.#readFresh(tx, id);
      if (!record || hasEnded(record)) return undefined;
      const origin = joinOrigin(record, part);
      const table = tx.objectStore('rows');
      // Without locks two tabs may work on one job; each part counts once all the same.
      if ((await table.getKey([id, start])) !== undefined) return record;
      await table.put(toPartRecord(part), [id, start]);
      const next = advance({ ...record, ...origin }, part, computeMs);
      if (next.status === 'COMPLETED') await remove(tx, id, ['inputs', 'requests']);
      return this.#put(tx, next);
    });
  }

  /** Remembers the provider's id of one input's request, on the disk. */
  async saveRequest(id: string, index: number, requestId: string): Promise<void> {
    await this.#database.transact((tx) => tx.objectStore('requests').put(requestId, [id, index]), 'strict');
  }

  /** Lets an input be sent again, whose request the provider doesn't know any more. */
  async forgetRequest(id: string, index: number): Promise<void> {
    await this.#database.transact((tx) => tx.objectStore('requests').delete([id, index]));
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

  /** What came of a job's inputs, in order, a part at a time. */
  async *readParts(id: string): AsyncGenerator<StoredPart, void, undefined> {
    for (const start of await this.listStarts(id, 'rows')) {
      const record = await this.#database.transact((tx) => tx.objectStore('rows').get([id, start]));
      if (record) yield toStoredPart(record);
    }
  }

  /** Ends the connection; later calls reject with code `disposed`. */
  close(): void {
    this.#database.close();
  }

  #change(id: string, make: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
    return this.#database.transact(async (tx) => {
      const record = await this.#readFresh(tx, id);
      return record && !hasEnded(record) ? this.#put(tx, make(record)) : undefined;
    });
  }

  async #put(tx: Tx, record: JobRecord): Promise<JobRecord> {
    const stamped = this.#ages.stamp(record);
    await tx.objectStore('jobs').put(stamped);
    if (hasEnded(stamped)) await this.#mark(tx, stamped.model);
    return stamped;
  }

  /** Within a transaction, so that no other tab adds a job between the two. */
  async #mark(tx: Tx, model: string): Promise<void> {
    const records = (await this.#listFresh(tx)).filter((record) => record.model === model);
    const due = records.map((record) => (hasEnded(record) ? Date.now() + leftMs(record) : 0));
    markJobs(model, due.length === 0 ? undefined : Math.min(...due));
  }

  /** A job, unless its time is over: then everything of it is deleted. */
  async #readFresh(tx: Tx, id: string): Promise<JobRecord | undefined> {
    const stored: unknown = await tx.objectStore('jobs').get(id);
    // What a newer version has stored may be something to that.
    if (!isJobRecord(stored)) return undefined;
    const record = this.#ages.observe(stored);
    if (leftMs(record) > 0) return record;
    await this.#forget(tx, id);
    return undefined;
  }

  /** In a step of its own, so that no reading fails where there is no room to write. */
  async #storeAges(records: readonly JobRecord[]): Promise<void> {
    const aged = records.filter((record) => this.#ages.isToBeStored(record));
    if (aged.length === 0) return;
    const store = async (tx: Tx): Promise<void> => {
      const table = tx.objectStore('jobs');
      for (const { id } of aged) {
        const record = await this.#readFresh(tx, id);
        if (record) await table.put(this.#ages.stamp(record));
      }
    };
    // It is younger than it could be then.
    await this.#database.transact(store).catch(() => undefined);
  }

  async #listFresh(tx: Tx): Promise<JobRecord[]> {
    const records: JobRecord[] = [];
    for (const id of await tx.objectStore('jobs').getAllKeys()) {
      const record = await this.#readFresh(tx, id);
      if (record) records.push(record);
    }
    return records;
  }

  async #forget(tx: Tx, id: string): Promise<void> {
    await tx.objectStore('jobs').delete(id);
    await remove(tx, id, PARTS);
    this.#ages.forget(id);
  }
}
