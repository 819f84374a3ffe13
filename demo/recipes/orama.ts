/** Recipe: notes searched by words and by meaning with Orama, kept in IndexedDB with the space of their vectors. */
import { create, insertMultiple, load, save, search, type Orama, type RawData } from '@orama/orama';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { SpaceMismatchError, type EmbeddingClient } from 'inpage-embeddings';

/** What is searched for. */
export interface Note {
  readonly id: string;
  readonly text: string;
}

/** One note that was found. */
export interface FoundNote extends Note {
  /** Half of it for words, half for meaning; comparable within one search only. */
  readonly score: number;
}

/** The Orama database of one search, as it is kept. */
interface SavedIndex {
  readonly space: string;
  readonly dimensions: number;
  readonly data: RawData;
}

interface SearchSchema extends DBSchema {
  indexes: { key: string; value: SavedIndex };
}

type NoteDatabase = Orama<{ readonly text: 'string'; readonly embedding: `vector[${number}]` }>;

/** Orama's own 0.8 hides nearly everything: even good hits of a small model have cosines of 0.3 to 0.7. */
const MIN_COSINE = 0.2;

/** Notes of one name, found by words and by meaning. */
export class NoteSearch {
  readonly #client: EmbeddingClient;
  readonly #store: IDBPDatabase<SearchSchema>;
  readonly #name: string;
  #index: { readonly space: string; readonly dimensions: number; readonly notes: NoteDatabase } | undefined;

  private constructor(client: EmbeddingClient, store: IDBPDatabase<SearchSchema>, name: string) {
    this.#client = client;
    this.#store = store;
    this.#name = name;
  }

  /** The notes saved under `name`, or none yet. */
  static async open(client: EmbeddingClient, name: string): Promise<NoteSearch> {
    const store = await openDB<SearchSchema>('note-search', 1, {
      upgrade: (database) => void database.createObjectStore('indexes'),
    });
    const opened = new NoteSearch(client, store, name);
    const saved = await store.get('indexes', name);
    if (saved) load(opened.#createIndex(saved.space, saved.dimensions), saved.data);
    return opened;
  }

  /** Embeds and adds notes, in memory. @throws SpaceMismatchError when the notes there are have vectors of another space. */
  async add(notes: readonly Note[]): Promise<void> {
    const input = notes.map(({ text }) => text);
    const { data, space } = await this.#client.embeddings.create({ input, task: 'document' }, { priority: 'bulk' });
    this.#checkSpace(space);
    const database = this.#index?.notes ?? this.#createIndex(space, data[0]?.embedding.length ?? 0);
    await insertMultiple(
      database,
      notes.map(({ id, text }, row) => ({ id, text, embedding: data[row]?.embedding ?? [] })),
    );
  }

  /** The notes nearest to `query`, nearest first. @throws SpaceMismatchError like `add()`. */
  async find(query: string, limit = 5): Promise<FoundNote[]> {
    const { data, space } = await this.#client.embeddings.create({ input: query, task: 'query' });
    this.#checkSpace(space);
    if (!this.#index) return [];
    const { hits } = await search(this.#index.notes, {
      mode: 'hybrid',
      term: query,
      vector: { value: data[0]?.embedding ?? [], property: 'embedding' },
      similarity: MIN_COSINE,
      // Words count where all of them are found. Else a note with "the" in it would be half of a perfect hit.
      threshold: 0,
      limit,
    });
    return hits.map(({ id, score, document }) => ({ id, score, text: document.text }));
  }

  /** Keeps the notes for later visits. */
  async save(): Promise<void> {
    if (!this.#index) return;
    const { notes, ...rest } = this.#index;
    await this.#store.put('indexes', { ...rest, data: save(notes) }, this.#name);
  }

  /** Gives up the connection to IndexedDB. */
  close(): void {
    this.#store.close();
  }

  #createIndex(space: string, dimensions: number): NoteDatabase {
    const notes: NoteDatabase = create({ schema: { text: 'string', embedding: `vector[${dimensions}]` } });
    this.#index = { space, dimensions, notes };
    return notes;
  }

  /** Orama looks at the width alone, and many models' vectors are equally wide. */
  #checkSpace(space: string): void {
    if (this.#index && this.#index.space !== space) throw new SpaceMismatchError(this.#index.space, space);
  }
}
