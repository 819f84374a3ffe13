/** Where a hub keeps things. Pure. */
import type { HubSource } from '../../ports/worker-api.js';

/** The URL of one of a model's files. Source: Hugging Face Hub, `resolve` endpoint. */
export function fileUrl({ hubUrl, revision }: HubSource, model: string, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${hubUrl}${model}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}

/** The URL of the list of a model's files, where the hub has one. Source: Hugging Face Hub, `/api/models/{repo_id}/revision/{revision}`. */
export function listUrl({ hubUrl, revision }: HubSource, model: string): string {
  return `${hubUrl}api/models/${model}/revision/${encodeURIComponent(revision)}`;
}
