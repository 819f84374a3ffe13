/** The database of jobs, one for all models of an origin: its tables and versions. What is in them is for jobs to say. */
import type { DBSchema } from 'idb';
import { Database, type DatabaseForm, type Transaction } from './database.js';
import { JOBS_DATABASE, JOBS_VERSION } from './names.js';

/** Every table. Keys with two parts are the job's id and the first of its inputs they are about. */
export interface JobSchema<Job, Inputs, Rows> extends DBSchema {
  jobs: { key: string; value: Job };
  inputs: { key: [string, number]; value: Inputs };
  rows: { key: [string, number]; value: Rows };
  /** The provider's id of one input's request. */
  requests: { key: [string, number]; value: string };
}

/** The tables whose rows belong to one job. */
export const PARTS = ['inputs', 'rows', 'requests'] as const;

/** Reads and writes every table, all or nothing. */
export type JobTransaction<Job, Inputs, Rows> = Transaction<JobSchema<Job, Inputs, Rows>>;

/** The database of jobs, which are records with an `id`. */
export function openJobDatabase<Job, Inputs, Rows>(): Database<JobSchema<Job, Inputs, Rows>> {
  const form: DatabaseForm<JobSchema<Job, Inputs, Rows>> = {
    name: JOBS_DATABASE,
    version: JOBS_VERSION,
    tables: ['jobs', ...PARTS],
    upgrade: (database) => {
      database.createObjectStore('jobs', { keyPath: 'id' });
      for (const table of PARTS) database.createObjectStore(table);
    },
    messages: {
      full: `There isn't room for this job in the browser's storage. Make smaller jobs, or delete what this site has stored.`,
      newer:
        'The jobs of this site are stored by a newer version of this library. Reload every tab of it to use that one.',
      unavailable: (reason) =>
        `Jobs need IndexedDB, but it can't be used here (${reason}). Allow this site to store data, or use embeddings.create().`,
    },
  };
  return new Database(form);
}

/** Deletes what tables hold of a job. */
export async function remove<Job, Inputs, Rows>(
  tx: JobTransaction<Job, Inputs, Rows>,
  id: string,
  tables: readonly (typeof PARTS)[number][],
): Promise<void> {
  for (const table of tables) await tx.objectStore(table).delete(keysOf(id));
}

/** Every key that begins with a job's id. */
export function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, Infinity]);
}
