/** Errors in plain words: what happened, and what a person can do. */
import { isEmbeddingError, type ErrorCode } from 'inpage-embeddings';

/** What the error panel shows. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
  /** For a bug report. Never holds a person's text: the library's codes are a closed set. */
  readonly code: string;
}

const RELOAD = 'Try again. If it happens once more, reload the page; your notes have to be added again then.';

const EXPLANATIONS: Partial<Record<ErrorCode, Omit<Explanation, 'code'>>> = {
  model_file_unreachable: {
    title: "The language model couldn't be fetched.",
    advice: 'Check the network connection and try again. Your notes are still here.',
  },
  model_file_missing: {
    title: "The language model isn't where it should be.",
    advice: "This page's server lacks a file. Try again, or tell whoever runs it.",
  },
  model_file_damaged: {
    title: 'The language model arrived damaged.',
    advice: 'Trying again fetches it anew.',
  },
  runtime_file_failed: {
    title: "A part of the page that runs the model couldn't be loaded.",
    advice: 'Check the network connection and try again. Your notes are still here.',
  },
  worker_script_failed: {
    title: "A part of the page that runs the model couldn't be loaded.",
    advice: 'Check the network connection and try again. Your notes are still here.',
  },
  worker_died: {
    title: 'The browser stopped the model, most likely for want of memory.',
    advice: 'Close some other tabs and try again. What has been indexed is still here.',
  },
  device_unsupported: {
    title: "This browser can't run the model.",
    advice: 'A current Chrome, Edge, Firefox or Safari can.',
  },
};

/** Words for an error of the library, or general ones for any other. */
export function explainError(error: unknown): Explanation {
  if (!isEmbeddingError(error)) return { title: 'Something unexpected went wrong.', advice: RELOAD, code: 'unknown' };
  const known = EXPLANATIONS[error.code] ?? { title: "The model couldn't do this.", advice: RELOAD };
  return { ...known, code: error.code };
}
