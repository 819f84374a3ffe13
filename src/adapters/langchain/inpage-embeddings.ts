/** LangChain's interface of an embedding model, answered by a client. */
import { Embeddings, type EmbeddingsParams } from '@langchain/core/embeddings';
import type { EmbeddingCreateParams, RequestOptions } from '../../api/embeddings.js';
import type { Truncate } from '../../api/vocabulary.js';
import type { EmbeddingClient } from '../../client/client.js';
import { isWorthAnotherTry } from '../../errors/is-worth-another-try.js';

/** What `new InpageEmbeddings()` takes. */
export interface InpageEmbeddingsParams extends EmbeddingsParams {
  /** Stays the app's own: dispose of it when done. */
  readonly client: EmbeddingClient;
  /** The client's model; or a provider's, and then only such providers answer. @default the client's model */
  readonly model?: string;
  /** Width of the vectors, for Matryoshka models. @default the model's own width */
  readonly dimensions?: number;
  /** What happens to a text over the model's limit. @default 'end' */
  readonly truncate?: Truncate;
  /** Ends each call after so many milliseconds, loading the model included. @default no limit */
  readonly timeoutMs?: number;
  /**
   * How often a call is tried again after what this library doesn't try again by itself: a full queue, files that couldn't
   * be fetched. Every other error is told at once.
   *
   * @default 2
   */
  // LangChain's own type, so that what is written for other embeddings fits.
  maxRetries?: number;
}

/**
 * Embeds queries with the model's query prompt, and documents with its document prompt.
 *
 * `maxConcurrency` counts calls, and a query waits with the others: leave it out, since the client itself lets queries
 * overtake documents. Errors are this library's own.
 *
 * @example
 * const store = new MemoryVectorStore(new InpageEmbeddings({ client: new EmbeddingClient() }));
 */
export class InpageEmbeddings extends Embeddings {
  readonly #client: EmbeddingClient;
  readonly #request: Omit<EmbeddingCreateParams, 'input' | 'task'>;
  readonly #options: RequestOptions;

  constructor({ client, model, dimensions, truncate, timeoutMs, ...params }: InpageEmbeddingsParams) {
    super({
      ...params,
      maxRetries: params.maxRetries ?? 2,
      onFailedAttempt: params.onFailedAttempt ?? endUnlessPassing,
    });
    this.#client = client;
    this.#request = {
      ...(model !== undefined && { model }),
      ...(dimensions !== undefined && { dimensions }),
      ...(truncate !== undefined && { truncate }),
    };
    this.#options = timeoutMs === undefined ? {} : { timeoutMs };
  }

  /**
   * The vector of what is searched for, `[dimensions]` numbers of unit length.
   *
   * @throws like `client.embeddings.create()`.
   */
  override async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.#embed({ input: [text], task: 'query' }, 'interactive');
    if (!vector) throw new Error('Expected one vector, but none came.');
    return vector;
  }

  /**
   * The vectors of what is searched in, in order, of any number of texts: `[dimensions]` numbers of unit length each.
   *
   * @throws like `client.embeddings.create()`.
   */
  override async embedDocuments(texts: string[]): Promise<number[][]> {
    if (texts.length === 0) return [];
    return this.#embed({ input: texts, task: 'document' }, 'bulk');
  }

  async #embed(
    params: Pick<EmbeddingCreateParams, 'input' | 'task'>,
    priority: NonNullable<RequestOptions['priority']>,
  ): Promise<number[][]> {
    const { data } = await this.caller.call(() =>
      this.#client.embeddings.create(
        { ...this.#request, ...params, encoding_format: 'float' },
        { ...this.#options, priority },
      ),
    );
    return data.map(({ embedding }) => embedding);
  }
}

/** LangChain tries again unless this throws. */
function endUnlessPassing(error: unknown): void {
  if (!isWorthAnotherTry(error)) throw error;
}
