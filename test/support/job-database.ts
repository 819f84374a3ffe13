/** Looks into the database of jobs from outside, as a test that changes the time or asks what is kept has to. */

const NAME = 'inpage-embeddings/jobs';

/** How many rows each table has. */
export async function countStored(): Promise<Record<string, number>> {
  const database = await open();
  const counts: Record<string, number> = {};
  for (const table of database.objectStoreNames) {
    counts[table] = await finish(database.transaction(table).objectStore(table).count());
  }
  database.close();
  return counts;
}

/** Changes a job's stored record. */
export async function changeRecord(id: string, change: Record<string, unknown>): Promise<void> {
  const database = await open();
  const table = database.transaction('jobs', 'readwrite').objectStore('jobs');
  const record = await finish(table.get(id) as IDBRequest<Record<string, unknown>>);
  await finish(table.put({ ...record, ...change }));
  database.close();
}

/** Deletes every job. No client may be open. */
export async function deleteJobs(): Promise<void> {
  await finish(indexedDB.deleteDatabase(NAME));
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(NAME))) localStorage.removeItem(key);
}

function open(): Promise<IDBDatabase> {
  return finish(indexedDB.open(NAME));
}

function finish<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB failed.'));
    };
  });
}
