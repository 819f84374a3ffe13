/** Embeds passages in the background and puts them into the index. Knows nothing of the page. */
import type { EmbeddingClient } from 'inpage-embeddings';
import type { Passage } from './note.js';
import type { PassageIndex } from './passage-index.js';

/** Small enough that the first notes can be searched at once, and that little is lost on cancelling. */
const BATCH_SIZE = 32;

/** What the indexer is doing; counts are passages since it last had nothing to do. */
export type IndexerState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'indexing' | 'stopped'; readonly done: number; readonly total: number }
  | { readonly phase: 'failed'; readonly error: unknown };

/** Who computes the vectors, where they go, and whom to tell. */
export interface IndexerSettings {
  readonly client: EmbeddingClient;
  readonly index: PassageIndex;
  readonly onState: (state: IndexerState) => void;
  /** Called when more passages can be found. */
  readonly onIndexed: () => void;
}

/** Works through waiting passages. What was waiting when it stopped or failed waits on, until resumed or cleared. */
export class Indexer {
  readonly #settings: IndexerSettings;
  #waiting: Passage[] = [];
  #done = 0;
  #run: AbortController | undefined;

  constructor(settings: IndexerSettings) {
    this.#settings = settings;
  }

  /** Adds passages to those waiting, and starts working if need be. */
  add(passages: readonly Passage[]): void {
    this.#waiting.push(...passages);
    this.resume();
  }

  /** Goes on after a stop or a failure. */
  resume(): void {
    if (this.#run) this.#report('indexing');
    else void this.#work();
  }

  /** Ends the work under way; what has been indexed stays. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#report('stopped');
  }

  /** Ends the work and forgets what was waiting. */
  clear(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#finish();
  }

  /** Never rejects: a failure becomes a state, and after an abort there is nobody to tell. */
  async #work(): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    this.#report('indexing');
    try {
      while (this.#waiting.length > 0) await this.#indexBatch(run.signal);
      this.#run = undefined;
      this.#finish();
    } catch (error) {
      if (run.signal.aborted) return;
      this.#run = undefined;
      this.#settings.onState({ phase: 'failed', error });
    }
  }

  async #indexBatch(signal: AbortSignal): Promise<void> {
    const batch = this.#waiting.slice(0, BATCH_SIZE);
    const { data } = await this.#settings.client.embeddings.create(
      { input: batch.map(({ title, text }) => `${title}\n${text}`), task: 'document' },
      {
        signal,
        priority: 'bulk',
        onProgress: ({ completed }) => {
          if (!signal.aborted) this.#report('indexing', completed);
        },
      },
    );
    signal.throwIfAborted();
    const vectors = data.map(({ embedding }) => embedding);
    this.#settings.index.add(batch, vectors);
    this.#waiting = this.#waiting.slice(batch.length);
    this.#done += batch.length;
    this.#settings.onIndexed();
  }

  #report(phase: 'indexing' | 'stopped', completedInBatch = 0): void {
    const total = this.#done + this.#waiting.length;
    this.#settings.onState({ phase, done: this.#done + completedInBatch, total });
  }

  #finish(): void {
    this.#waiting = [];
    this.#done = 0;
    this.#settings.onState({ phase: 'idle' });
  }
}
