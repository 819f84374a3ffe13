/** Which of a model's named prompts serves which task. */
import type { Task } from '../api/vocabulary.js';

/** Names of the prompt for queries. A question, a claim and a request for code are queries, so each can take it. */
const QUERY = ['query', 'retrieval.query', 'Retrieval-query', 's2p_query'];

/**
 * Task → names model makers give its prompt, the usual one first.
 *
 * Source: `config_sentence_transformers.json` of EmbeddingGemma, Qwen3-Embedding, arctic-embed, nomic-v2, jina-v3 and
 * stella; sentence-transformers 5, `encode_query` and `encode_document`.
 */
const PROMPT_NAMES: Record<Task, readonly string[]> = {
  query: QUERY,
  document: ['document', 'passage', 'corpus', 'retrieval.passage', 'Retrieval-document'],
  similarity: ['STS', 'similarity', 'text-matching', 's2s_query'],
  classification: ['Classification', 'classification'],
  clustering: ['Clustering', 'clustering', 'separation'],
  'question-answering': ['question-answering', ...QUERY],
  'fact-verification': ['fact-verification', ...QUERY],
  'code-query': ['code-query', 'InstructionRetrieval', ...QUERY],
};

/** The text to put before inputs of this task; undefined when the model has none for it. */
export function findPrompt(prompts: Readonly<Record<string, string>>, task: Task | undefined): string | undefined {
  if (task === undefined) return undefined;
  const name = PROMPT_NAMES[task].find((candidate) => candidate in prompts);
  return name === undefined ? undefined : prompts[name];
}
