/** Finds the vectors in an answer, by its shape. */
import type { ReplyRow } from './check-rows.js';
import { isRecord, parseJson } from './json.js';

/** Where vectors are kept, the likeliest first. */
const NAMES = ['data', 'embeddings', 'embedding', 'values', 'output', 'predictions'];
/** Deeper than any known answer. */
const DEEPEST = 5;

/** The rows of OpenAI's form, `{ data: [{ embedding, index }] }`; undefined when the answer has another. */
export function readList(body: unknown): readonly ReplyRow[] | undefined {
  if (!isRecord(body) || !Array.isArray(body['data'])) return undefined;
  const items: readonly unknown[] = body['data'];
  return items.every(isListRow) ? items : undefined;
}

/**
 * The rows of any known form: OpenAI's; `{ embedding }` with numbers or `{ values }`; `{ embeddings }`; `{ data }` with
 * vectors or numbers; `{ predictions: [{ embeddings: { values } }] }`; `{ output }` with any of them, also as JSON in a
 * string; a vector or vectors alone. Undefined when it is none of them.
 *
 * Source: OpenAI's, Google's and Segmind's embedding APIs; the last one doesn't document its own.
 */
export function readAnyShape(body: unknown, depth = 0): readonly ReplyRow[] | undefined {
  if (depth > DEEPEST) return undefined;
  const rows = readList(body);
  if (rows) return rows;
  if (isVector(body)) return [{ embedding: body }];
  if (Array.isArray(body)) {
    const found = body.map((item: unknown) => readAnyShape(item, depth + 1));
    return found.length > 0 && found.every((item) => item?.length === 1)
      ? found.flatMap((item) => item ?? [])
      : undefined;
  }
  if (!isRecord(body)) return undefined;
  for (const name of NAMES) {
    const inner = readAnyShape(name === 'output' ? parseInner(body[name]) : body[name], depth + 1);
    if (inner) return inner;
  }
  return undefined;
}

/** Tokens of all inputs, where the answer tells; some tell only one of the two names. */
export function readTotalTokens(body: unknown): number | undefined {
  if (!isRecord(body) || !isRecord(body['usage'])) return undefined;
  const { total_tokens: total, prompt_tokens: prompt } = body['usage'];
  return [total, prompt].find(
    (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0,
  );
}

/** Base64 counts only here: elsewhere a string is rather a message or an address. */
function isListRow(item: unknown): item is ReplyRow {
  return isRecord(item) && (Array.isArray(item['embedding']) || typeof item['embedding'] === 'string');
}

/** An array of anything but arrays and objects; whether these are numbers is checked with the rows. */
function isVector(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item !== 'object' || item === null);
}

function parseInner(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}
