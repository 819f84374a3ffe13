/** Which of a model's named prompts serves which task. */
import type { Task } from '../api/vocabulary.js';

/**
 * Task → names model makers give its prompt, the usual one first.
 *
 * Source: `config_sentence_transformers.json` of EmbeddingGemma, Qwen3-Embedding, arctic-embed, jina-v3 and stella.
 */
const PROMPT_NAMES: Record<Task, readonly string[]> = {
  query: ['query', 'retrieval.query', 'Retrieval-query', 's2p_query'],
  document: ['document', 'passage', 'retrieval.passage', 'Retrieval-document'],
  similarity: ['STS', 'similarity', 'text-matching', 's2s_query'],
  classification: ['Classification', 'classification'],
  clustering: ['Clustering', 'clustering', 'separation'],
  'question-answering': ['question-answering', 'query'],
  'fact-verification': ['fact-verification', 'query'],
  'code-query': ['InstructionRetrieval', 'code-query', 'query'],
};

/** The text to put before inputs of this task; undefined when the model has none for it. */
export function findPrompt(prompts: Readonly<Record<string, string>>, task: Task | undefined): string | undefined {
  if (task === undefined) return undefined;
  const name = PROMPT_NAMES[task].find((candidate) => candidate in prompts);
  return name === undefined ? undefined : prompts[name];
}
