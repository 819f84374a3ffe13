/** What a caller most likely meant, in a sentence to put behind what was wrong. Pure; says nothing of a text's content. */

/** Names of other libraries' → ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  text: 'input',
  texts: 'input',
  content: 'input',
  contents: 'input',
  sentences: 'input',
  documents: 'input',
  abortsignal: 'signal',
  tasktype: 'task',
  outputdimensionality: 'dimensions',
  truncation: 'truncate',
};

/** How a value of each kind becomes text. */
const TO_TEXT: readonly (readonly [kind: string, advice: string])[] = [
  ['Blob', 'Read it first: await file.text().'],
  ['Response', 'Read it first: await response.text().'],
  ['URL', "Pass the text that is there; an address isn't followed."],
  ['Promise', 'Await it first.'],
  ['ArrayBuffer', 'Decode it first: new TextDecoder().decode(bytes).'],
  ['Uint8Array', 'Decode it first: new TextDecoder().decode(bytes).'],
  ['Element', 'Pass its text: element.textContent.'],
  ['Set', 'Pass an array of it: [...input].'],
];

/** Fields in which texts are mostly kept. */
const TEXT_FIELDS = ['text', 'content', 'pageContent', 'input', 'value', 'title'];

/**
 * For a name that isn't known where it stands; empty when nothing comes near.
 *
 * @param known - the names that are known there.
 * @param elsewhere - those that are known in the other argument.
 */
export function hintName(
  name: string,
  known: readonly string[],
  { names, place }: { readonly names: readonly string[]; readonly place: string },
): string {
  if (names.includes(name)) return ` '${name}' belongs into ${place}.`;
  const plain = simplify(name);
  const meant = SYNONYMS[plain] ?? [...known, ...names].find((each) => isNear(simplify(each), plain));
  if (meant === undefined) return '';
  return ` Did you mean '${meant}'${known.includes(meant) ? '' : `, in ${place}`}?`;
}

/** For what stands where a text is expected; empty when that says nothing. */
export function hintText(value: unknown): string {
  if (value === null || value === undefined) return ' Leave out what has no text: texts.filter((text) => text).';
  if (typeof value === 'number') return ' Arrays of numbers are token ids; as text, pass String(value).';
  if (typeof value !== 'object') return '';
  const [, advice] = TO_TEXT.find(([kind]) => isKind(value, kind)) ?? [];
  if (advice !== undefined) return ` ${advice}`;
  const field = TEXT_FIELDS.find((name) => typeof (value as Record<string, unknown>)[name] === 'string');
  if (field !== undefined) return ` Pass the text itself: item.${field}.`;
  return Symbol.asyncIterator in value || Symbol.iterator in value
    ? ' Pass an array, or call embeddings.stream().'
    : '';
}

/** For a model that runs on its maker's servers only; undefined for others. */
export function hintModel(model: string): string | undefined {
  if (!/^(text-embedding-|gemini-embedding-|embed-|voyage-)/.test(model)) return undefined;
  return `It runs on its maker's servers only: leave 'model' out, or name a provider in 'fallback', as by openaiCompatible() of 'inpage-embeddings/providers'.`;
}

function isNear(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/** A class may be absent, and a value of another realm is of another class. */
function isKind(value: object, kind: string): boolean {
  const known = (globalThis as Readonly<Record<string, unknown>>)[kind];
  return typeof known === 'function' && value instanceof known;
}
