/** Recipe: vectors in a quarter or a thirty-second of the bytes, in IndexedDB, with the space they are of. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import {
  SpaceMismatchError,
  topK,
  type CreateEmbeddingResponse,
  type EmbeddingClient,
  type Task,
} from 'inpage-embeddings';

/** Which of the client's smaller formats vectors are in. */
export type PackedFormat = 'int8' | 'binary';

/** Vectors one behind the other, all equally wide. */
type Packed = Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A text that was found. */
export interface Match {
  readonly id: string;
  /** The cosine of `int8` vectors, or its estimate from the bits of `binary` ones. */
  readonly score: number;
}

/** The vectors of one `add()`: one record, since thousands of small ones take longer and more room. */
interface Block {
  /** Beside the vectors, always: nothing else tells those of one model from another's. */
  readonly space: string;
  readonly ids: readonly string[];
  /** IndexedDB keeps the kind of array: `Int8Array` for `int8`, `Uint8Array` for `binary`. */
  readonly vectors: Packed;
}

/** One table a format, since vectors of two can't be compared. */
interface VectorSchema extends DBSchema {
  int8: { key: number; value: Block };
  binary: { key: number; value: Block };
}

/** Vectors of one name and format. A search compares the query with every one of them. */
export class PackedVectors {
  readonly #client: EmbeddingClient;
  readonly #database: IDBPDatabase<VectorSchema>;
  readonly #format: PackedFormat;
  readonly #blocks: Block[];

  private constructor(
    client: EmbeddingClient,
    database: IDBPDatabase<VectorSchema>,
    format: PackedFormat,
    blocks: Block[],
  ) {
    this.#client = client;
    this.#database = database;
    this.#format = format;
    this.#blocks = blocks;
  }

  /** The vectors stored under `name`, read into memory. */
  static async open(client: EmbeddingClient, name: string, format: PackedFormat): Promise<PackedVectors> {
    const database = await openDB<VectorSchema>(`vectors/${name}`, 1, {
      upgrade: (created) => {
        created.createObjectStore('int8', { autoIncrement: true });
        created.createObjectStore('binary', { autoIncrement: true });
      },
    });
    return new PackedVectors(client, database, format, await database.getAll(format));
  }

  /** Bytes of all vectors. */
  get sizeBytes(): number {
    return this.#blocks.reduce((sum, { vectors }) => sum + vectors.byteLength, 0);
  }

  /** Embeds and stores texts by id. @throws SpaceMismatchError when vectors of another space are there; see `clear()`. */
  async add(texts: ReadonlyMap<string, string>): Promise<void> {
    const { data, space } = await this.#embed([...texts.values()], 'document');
    const rows = data.map(({ embedding }) => embedding);
    const block = { space, ids: [...texts.keys()], vectors: packRows(rows, this.#format) };
    await this.#database.add(this.#format, block);
    this.#blocks.push(block);
  }

  /** The texts nearest to `query`, nearest first. @throws SpaceMismatchError like `add()`. */
  async find(query: string, limit = 5): Promise<Match[]> {
    const { data } = await this.#embed([query], 'query');
    const vector = packRows([data[0]?.embedding ?? []], this.#format);
    const found = await Promise.all(
      this.#blocks.map(async ({ ids, vectors }) => {
        const rows = await topK(vector, vectors, limit);
        return rows.map(({ index, score }) => ({ id: ids[index] ?? '', score }));
      }),
    );
    return found
      .flat()
      .sort((one, other) => other.score - one.score)
      .slice(0, limit);
  }

  /** Throws all vectors of this format away, as another model needs it. */
  async clear(): Promise<void> {
    await this.#database.clear(this.#format);
    this.#blocks.length = 0;
  }

  /** Gives up the connection to IndexedDB. */
  close(): void {
    this.#database.close();
  }

  async #embed(input: readonly string[], task: Task): Promise<CreateEmbeddingResponse> {
    const response = await this.#client.embeddings.create({ input, task, encoding_format: this.#format });
    for (const { space } of this.#blocks) {
      if (space !== response.space) throw new SpaceMismatchError(space, response.space);
    }
    return response;
  }
}

/** The vectors of a response in one array of `[rows, bytes]`. */
function packRows(rows: readonly (readonly number[])[], format: PackedFormat): Packed {
  const width = rows[0]?.length ?? 0;
  const packed = format === 'int8' ? new Int8Array(rows.length * width) : new Uint8Array(rows.length * width);
  rows.forEach((row, index) => {
    packed.set(row, index * width);
  });
  return packed;
}
