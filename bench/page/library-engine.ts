/** This library, used as its users do. */
import type { EmbeddingClient, EmbeddingClientOptions } from 'inpage-embeddings';
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
    // Imported here, so that a page that starts another engine doesn't load it.
    const { EmbeddingClient } = await import('inpage-embeddings');
    this.#client ??= new EmbeddingClient(this.#options);
    const { data } = await this.#client.embeddings.create({ input: texts });
    return data.map(({ embedding }) => embedding);
  }

  dispose(): void {
    this.#client?.dispose();
  }
}
