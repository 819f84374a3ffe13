/** A database over its versions, in the browser's own IndexedDB. */
import { afterEach, expect, test } from 'vitest';
import type { DBSchema } from 'idb';
import { Database, type DatabaseForm } from '../../src/storage/database.js';
import { catchRejection } from '../support/catch-error.js';

interface Schema extends DBSchema {
  notes: { key: string; value: string };
  drawings: { key: string; value: string };
}

const NAME = 'test/notes';

/** With drawings from version 2 on. */
function form(version: 1 | 2): DatabaseForm<Schema> {
  return {
    name: NAME,
    version,
    tables: version === 1 ? ['notes'] : ['notes', 'drawings'],
    upgrade: (database, versionBefore) => {
      if (versionBefore < 1) database.createObjectStore('notes');
      if (versionBefore < 2 && version === 2) database.createObjectStore('drawings');
    },
    messages: { full: 'full', newer: 'newer', unavailable: (reason) => `unavailable (${reason})` },
  };
}

const opened: Database<Schema>[] = [];

function open(version: 1 | 2): Database<Schema> {
  const database = new Database(form(version));
  opened.push(database);
  return database;
}

afterEach(async () => {
  for (const database of opened.splice(0)) database.close();
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(NAME).onsuccess = resolve;
  });
});

test('a newer version keeps what an older one has stored, whose open connection gives way', async () => {
  const older = open(1);
  await older.transact((tx) => tx.objectStore('notes').put('text', 'one'));
  const newer = open(2);
  expect(await newer.transact((tx) => tx.objectStore('notes').get('one'))).toBe('text');
  await newer.transact((tx) => tx.objectStore('drawings').put('lines', 'two'));
  expect(await catchRejection(older.transact((tx) => tx.objectStore('notes').get('one')))).toMatchObject({
    code: 'storage_unavailable',
    message: 'newer',
  });
});

test('a database without its tables is made anew', async () => {
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 2);
    opening.onerror = reject;
    opening.onsuccess = () => {
      opening.result.close();
      resolve(undefined);
    };
  });
  const database = open(2);
  await database.transact((tx) => tx.objectStore('drawings').put('lines', 'two'));
  expect(await database.transact((tx) => tx.objectStore('drawings').count())).toBe(1);
});

test('nothing of a piece of work that throws is stored, and the reason is told', async () => {
  const database = open(1);
  const error = new TypeError('wrong');
  const work = database.transact(async (tx) => {
    await tx.objectStore('notes').put('text', 'one');
    throw error;
  });
  expect(await catchRejection(work)).toMatchObject({ code: 'storage_unavailable', cause: error });
  expect(await database.transact((tx) => tx.objectStore('notes').count())).toBe(0);
});

test('a database that was closed rejects with `disposed`', async () => {
  const database = open(1);
  database.close();
  expect(await catchRejection(database.transact((tx) => tx.objectStore('notes').count()))).toMatchObject({
    code: 'disposed',
  });
});
