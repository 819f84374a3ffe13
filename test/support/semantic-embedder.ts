/**
 * A stand-in for Chrome's proposed `SemanticEmbedder`, in the explainer's shape. Its vectors only tell texts apart.
 *
 * Source: explainers-by-googlers/embedding-api on GitHub, explainer.
 */

/** What a stand-in does, and what it breaks. */
export interface StandInOptions {
  readonly availability?: 'unavailable' | 'downloadable' | 'downloading' | 'available';
  readonly createError?: Error;
  /** Changes an answer. */
  readonly spoil?: (answer: StandInAnswer) => unknown;
}

/** An answer in the explainer's shape. */
export interface StandInAnswer {
  embeddings: { values: Float32Array; statistics: { tokenCount: number; truncated: boolean } }[];
  metadata: { embeddingSpace: string; maxInputTokens: number };
}

const MAX_TOKENS = 16;

/** The platform's side, and what was asked of it. */
export class StandIn {
  readonly asked: { readonly texts: readonly string[]; readonly taskType: string | undefined }[] = [];
  created = 0;
  destroyed = 0;
  readonly #options: StandInOptions;

  constructor(options: StandInOptions = {}) {
    this.#options = options;
  }

  availability(): Promise<string> {
    return Promise.resolve(this.#options.availability ?? 'available');
  }

  create({ monitor }: { readonly monitor?: (target: EventTarget) => void } = {}): Promise<object> {
    this.created += 1;
    const progress = new EventTarget();
    monitor?.(progress);
    if (this.#options.availability === 'downloadable') {
      for (const loaded of [0, 0.5, 1]) {
        progress.dispatchEvent(new ProgressEvent('downloadprogress', { loaded, total: 1 }));
      }
    }
    const { createError } = this.#options;
    if (createError) return Promise.reject(createError);
    return Promise.resolve({
      embed: (texts: readonly string[], { taskType }: { taskType?: string }) => {
        this.asked.push({ texts, taskType });
        const answer = {
          embeddings: texts.map(embed),
          metadata: { embeddingSpace: 'gemma-1', maxInputTokens: MAX_TOKENS },
        };
        return Promise.resolve(this.#options.spoil?.(answer) ?? answer);
      },
      destroy: () => {
        this.destroyed += 1;
      },
    });
  }
}

/** Not of unit length, as nothing promises that it is. */
function embed(text: string): StandInAnswer['embeddings'][number] {
  const tokens = text.split(' ').length;
  return {
    values: Float32Array.of(3, text.charCodeAt(0), text.length, 1),
    statistics: { tokenCount: Math.min(tokens, MAX_TOKENS), truncated: tokens > MAX_TOKENS },
  };
}
