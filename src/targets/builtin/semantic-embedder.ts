/**
 * Chrome's proposed `SemanticEmbedder`, as far as it is used here. Types and names only.
 *
 * Source: explainers-by-googlers/embedding-api on GitHub, explainer (shape); GoogleChromeLabs/web-ai-demos, pull request 403
 * (task types of the draft).
 */
import type { Task } from '../../api/vocabulary.js';

/** What a browser that has it offers as `globalThis.SemanticEmbedder`. */
export interface SemanticEmbedderPlatform {
  availability(): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options: {
    readonly signal: AbortSignal;
    /** Called at once, with what fires `downloadprogress`. */
    readonly monitor: (target: EventTarget) => void;
  }): Promise<SemanticEmbedder>;
}

/** A started one. */
export interface SemanticEmbedder {
  embed(
    texts: readonly string[],
    options: { readonly taskType?: string; readonly signal: AbortSignal },
  ): Promise<SemanticEmbedding>;
  destroy(): void;
}

/** Its answer, which isn't believed before it was checked. */
export interface SemanticEmbedding {
  readonly embeddings: readonly {
    readonly values: Float32Array;
    readonly statistics: { readonly tokenCount: number; readonly truncated: boolean };
  }[];
  readonly metadata: { readonly embeddingSpace: string; readonly maxInputTokens: number };
}

/** What it and its model are called here: the browser doesn't say which model it is. */
export const BUILTIN_NAME = 'semantic-embedder';

/** A question, a claim and a request for code are queries: it has no names of their own for them. */
export const TASK_TYPES: Readonly<Record<Task, string>> = {
  query: 'retrieval-query',
  document: 'retrieval-document',
  similarity: 'semantic-similarity',
  classification: 'classification',
  clustering: 'clustering',
  'question-answering': 'retrieval-query',
  'fact-verification': 'retrieval-query',
  'code-query': 'retrieval-query',
};
