/** The recipe for Orama, as an app would use it. */
import { SpaceMismatchError } from 'inpage-embeddings';
import { expect, inject, onTestFinished, test } from 'vitest';
import { NoteSearch } from '../../../demo/recipes/orama.js';
import { catchRejection, startClient } from '../../support/client.js';

const NOTES = [
  { id: 'travel', text: 'The train to the coast leaves at noon.' },
  { id: 'rice', text: 'Boil one cup of basmati in two cups of water.' },
  { id: 'stars', text: 'Saw the rings of Saturn through the telescope.' },
  { id: 'code', text: 'Error E1234 means that the printer has no paper.' },
];

async function openSearch(name: string, client = startClient()): Promise<NoteSearch> {
  const opened = await NoteSearch.open(client, name);
  onTestFinished(() => {
    opened.close();
  });
  return opened;
}

test('finds notes by meaning and by words', async () => {
  const notes = await openSearch('hybrid');
  expect(await notes.find('anything')).toEqual([]);
  await notes.add(NOTES);
  expect((await notes.find('looking at planets in the night sky'))[0]).toMatchObject(NOTES[2] ?? {});
  expect((await notes.find('E1234'))[0]?.id).toBe('code');
});

test('finds the same after the database was closed and opened by another client', async () => {
  const first = await openSearch('kept');
  await first.add(NOTES.slice(0, 2));
  await first.add(NOTES.slice(2));
  await first.save();
  const found = await first.find('cooking a meal', 4);
  first.close();
  const again = await openSearch('kept');
  expect(await again.find('cooking a meal', 4)).toEqual(found);
  await again.add([{ id: 'soup', text: 'Cook the soup for an hour.' }]);
  expect((await again.find('cooking a soup'))[0]?.id).toBe('soup');
});

test('refuses vectors of another space that are as wide', async () => {
  const hub = inject('hubUrl');
  const plain = await openSearch('spaces', startClient({ hub, model: 'tests/mean' }));
  await plain.add([{ id: 'a', text: 'one two' }]);
  await plain.save();
  const other = await openSearch('spaces', startClient({ hub, model: 'tests/last-token' }));
  expect(await catchRejection(other.find('one'))).toBeInstanceOf(SpaceMismatchError);
  expect(await catchRejection(other.add([{ id: 'b', text: 'two' }]))).toBeInstanceOf(SpaceMismatchError);
});
