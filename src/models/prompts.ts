/** Which of a model's named prompts serves which task. */
import { TASKS, type PromptSet, type Task } from '../api/vocabulary.js';
import { BadRequestError } from '../errors/errors.js';

/** Where prompts come from. */
export interface PromptSources {
  /** The app's, by task. */
  readonly chosen?: PromptSet | undefined;
  /** The model's own, by the names its maker gave them. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** The name of the one that is meant for inputs without a task. */
  readonly defaultName?: string | undefined;
  /** Those the registry knows, by name. Absent for a model it doesn't know. */
  readonly known?: Readonly<Record<string, string>> | undefined;
}

/**
 * Task → names model makers give its prompt, the usual one first.
 *
 * Source: `config_sentence_transformers.json` of EmbeddingGemma, Qwen3-Embedding, arctic-embed, nomic-v2, jina-v3 and
 * stella; sentence-transformers 6, `encode_query` and `encode_document`.
 */
const PROMPT_NAMES: Readonly<Record<Task, readonly string[]>> = {
  query: ['query', 'retrieval.query', 'Retrieval-query', 's2p_query', 'web_search_query', 'search_query'],
  document: [
    'document',
    'passage',
    'corpus',
    'retrieval.passage',
    'Retrieval-document',
    'retrieval.document',
    'search_document',
  ],
  similarity: ['STS', 'similarity', 'text-matching', 's2s_query', 'sts_query'],
  classification: ['Classification', 'classification'],
  clustering: ['Clustering', 'clustering', 'separation'],
  'question-answering': ['question-answering'],
  'fact-verification': ['fact-verification'],
  'code-query': ['code-query', 'InstructionRetrieval'],
};

/** Tasks whose inputs are queries, where a model has nothing of its own for them. */
const QUERIES: readonly Task[] = ['question-answering', 'fact-verification', 'code-query'];

/**
 * The prompts of a model, each task's from the first source that has one. Since sentence-transformers 5 an empty prompt stands
 * in nearly every model, so it says nothing where another source says more.
 *
 * A model of the registry serves every task: what has no prompt there has none by its maker's word. Every model serves queries
 * and documents, without a prompt where it has none, as sentence-transformers does.
 */
export function resolvePrompts({ chosen = {}, files = {}, defaultName, known }: PromptSources): PromptSet {
  const set: Partial<Record<Task | 'default', string>> = {};
  for (const task of TASKS) {
    const own = findNamed(files, task);
    const text = chosen[task] ?? (own || (findNamed(known ?? {}, task) ?? own));
    const isServed = known !== undefined || task === 'query' || task === 'document';
    if (text !== undefined) set[task] = text;
    else if (isServed && !QUERIES.includes(task)) set[task] = '';
  }
  const standing = defaultName === undefined ? '' : (files[defaultName] ?? '');
  if (standing !== '') set.default = standing;
  return Object.values(set).some((text) => text !== '') ? set : {};
}

/**
 * The text to put before inputs of this task, or without one; empty when there is none.
 *
 * @throws BadRequestError `unsupported_parameter` when the model has prompts, but none for this task, and none for inputs
 *   without a task either.
 */
export function choosePrompt(prompts: PromptSet, task: Task | undefined): string {
  const standing = prompts.default ?? '';
  if (task === undefined) return standing;
  const text = prompts[task] ?? (QUERIES.includes(task) ? prompts.query : undefined);
  if (text !== undefined) return text;
  if (standing !== '' || Object.keys(prompts).length === 0) return standing;
  const served = TASKS.filter((name) => prompts[name] !== undefined).join(', ');
  const message = `The model has prompts for ${served}, but none for the task '${task}'. Leave 'task' out, or make the client with prompts: { '${task}': '…' }.`;
  throw new BadRequestError('unsupported_parameter', message, { param: 'task' });
}

/** Those that change vectors: what a space is told by. */
export function listPrompts(prompts: PromptSet): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(prompts).filter(([, text]) => text !== ''));
}

/** By the usual name before others, also where it is empty and another isn't: so does sentence-transformers 6. */
function findNamed(prompts: Readonly<Record<string, string>>, task: Task): string | undefined {
  const name = PROMPT_NAMES[task].find((candidate) => Object.hasOwn(prompts, candidate));
  return name === undefined ? undefined : prompts[name];
}
