/** An entry as it is sent to the worker. */
import type { Truncate } from '../../../api/vocabulary.js';
import { maxCharacters } from '../../../models/text-limit.js';
import type { EmbedItem } from '../../../ports/worker-api.js';
import type { Entry } from './embed-call.js';

/** @param maxTokens - the model's limit. */
export function toItem({ call, index }: Entry, maxTokens: number): EmbedItem {
  const { inputs, task, truncate } = call.request;
  return { content: bound(inputs[index] ?? '', truncate, maxTokens), truncate, ...(task !== undefined && { task }) };
}

/** No more of a text than the worker reads, and the one character that tells it so: sending 100 MB would stop the page. */
function bound(content: EmbedItem['content'], truncate: Truncate, maxTokens: number): EmbedItem['content'] {
  const sent = maxCharacters(maxTokens) + 1;
  if (typeof content !== 'string' || content.length <= sent) return content;
  return truncate === 'start' ? content.slice(-sent) : content.slice(0, sent);
}
