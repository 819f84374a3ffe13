/** This library, used as its users do. */
import type {
  CreateEmbeddingResponse,
  EmbeddingClient,
  EmbeddingClientOptions,
  RequestOptions,
} from 'inpage-embeddings';
import type { Engine, LibrarySpec, ModelSetup } from './engine.js';

/** An `EmbeddingClient` behind the benchmark's interface. */
export class LibraryEngine implements Engine {
  readonly #options: EmbeddingClientOptions;
  #client: EmbeddingClient | undefined;

  constructor({ options }: LibrarySpec, { id, dtype, hub, isBundled, maxTokens }: ModelSetup) {
    this.#options = {
      model: id,
      dtype,
      ...(!isBundled && { hub }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...options,
    };
  }

  /** The client has no "ready"; a first short text stands for it. */
  async start(): Promise<void> {
    await this.embed(['a']);
  }

  async embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
    const { data } = await this.create(texts);
    return data.map(({ embedding }) => embedding);
  }

  /** The library's own call, for what only it can do. */
  async create(input: readonly string[], options?: RequestOptions): Promise<CreateEmbeddingResponse> {
    // Imported here, so that a page that starts another engine doesn't load it.
    const { EmbeddingClient } = await import('inpage-embeddings');
    this.#client ??= new EmbeddingClient(this.#options);
    return this.#client.embeddings.create({ input }, options);
  }

  dispose(): void {
    this.#client?.dispose();
  }
}
