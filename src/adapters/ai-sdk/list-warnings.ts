/** What the AI SDK logs, and hands to its caller, about a call that was answered otherwise than it may seem. */
import type { SharedV3Warning } from '@ai-sdk/provider';
import type { Embedding } from '../../api/embeddings.js';

/** The one header that the AI SDK itself adds to every call. */
const OWN_HEADER = 'user-agent';

/** One warning for texts that were cut, and one for headers. */
export function listWarnings(
  data: readonly Pick<Embedding, 'truncated'>[],
  headers: Readonly<Record<string, string | undefined>> = {},
): SharedV3Warning[] {
  const cut = data.filter(({ truncated }) => truncated).length;
  const names = Object.keys(headers).filter((name) => name.toLowerCase() !== OWN_HEADER);
  return [...(cut > 0 ? [warnOfCut(cut, data.length)] : []), ...(names.length > 0 ? [warnOfHeaders(names)] : [])];
}

function warnOfCut(cut: number, all: number): SharedV3Warning {
  const message = `${String(cut)} of ${String(all)} texts are over the model's limit and were cut. Split them, or set truncate: 'error' to have them refused.`;
  return { type: 'other', message };
}

function warnOfHeaders(names: readonly string[]): SharedV3Warning {
  const details = `${names.join(', ')}: the text is embedded in the page, or by a provider whose headers the client's options set.`;
  return { type: 'unsupported', feature: 'headers', details };
}
