/** Searches while a person types: waits for a pause, and drops every answer that has been overtaken. */
import type { EmbeddingClient, ProviderInfo } from 'inpage-embeddings';
import type { Match, PassageIndex } from './passage-index.js';

/** Long enough to skip most letters of a word, short enough to feel immediate. */
const PAUSE_MS = 120;
const MAX_MATCHES = 6;

/** The answer to one query. */
export interface SearchAnswer {
  readonly query: string;
  /** Nearest first. */
  readonly matches: readonly Match[];
  readonly provider: ProviderInfo;
  /** From the query's text to ranked passages, in milliseconds. */
  readonly elapsedMs: number;
}

/** Who computes the vectors, where to look, and whom to tell. */
export interface SearcherSettings {
  readonly client: EmbeddingClient;
  readonly index: PassageIndex;
  readonly onAnswer: (answer: SearchAnswer) => void;
  readonly onError: (error: unknown) => void;
}

/** One search at a time: a newer one ends the one before. */
export class Searcher {
  readonly #settings: SearcherSettings;
  #current: AbortController | undefined;

  constructor(settings: SearcherSettings) {
    this.#settings = settings;
  }

  /** Answers `query` after a short pause, or at once. An empty query only ends the search before. */
  search(query: string, { immediately = false }: { readonly immediately?: boolean } = {}): void {
    this.#current?.abort();
    this.#current = undefined;
    if (query === '' || this.#settings.index.size === 0) return;
    const controller = new AbortController();
    this.#current = controller;
    void this.#answer(query, immediately ? 0 : PAUSE_MS, controller.signal);
  }

  /** Never rejects; an overtaken search tells nobody. */
  async #answer(query: string, pauseMs: number, signal: AbortSignal): Promise<void> {
    const { client, index, onAnswer, onError } = this.#settings;
    try {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      signal.throwIfAborted();
      const startedAt = performance.now();
      const { data, provider } = await client.embeddings.create({ input: query, task: 'query' }, { signal });
      signal.throwIfAborted();
      const matches = index.search(data[0]?.embedding ?? [], MAX_MATCHES);
      onAnswer({ query, matches, provider, elapsedMs: performance.now() - startedAt });
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }
}
