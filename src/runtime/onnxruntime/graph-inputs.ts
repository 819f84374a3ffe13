/** What a graph takes, made from token ids. Pure. */
import { ModelLoadError } from '../../errors/errors.js';
import type { GraphValue } from '../onnx/read-values.js';

/** Numbers for one input of a graph. */
export interface InputData {
  /** As ONNX Runtime calls it. */
  readonly type: 'int64' | 'int32' | 'float32' | 'float16' | 'bool';
  readonly data: BigInt64Array | Int32Array | Float32Array | Uint16Array | Uint8Array;
  readonly dims: readonly number[];
}

/** Texts to be run together. */
export interface TokenBatch {
  readonly ids: readonly (readonly number[])[];
  /** Tokens a row, padding included. */
  readonly length: number;
  /** The id of what isn't attended to. */
  readonly padding: number;
}

/** Makes every input of one graph. */
export type MakeInputs = (batch: TokenBatch) => Readonly<Record<string, InputData>>;

/** Positions of these begin behind the padding id. Source: transformers 4, `modeling_roberta.py` and `modeling_mpnet.py`. */
const OFFSET_POSITION_TYPES: readonly unknown[] = ['roberta', 'xlm-roberta', 'camembert', 'mpnet'];

/** ONNX's number of an element type → ONNX Runtime's name. Source: `onnx/onnx.proto`, TensorProto.DataType. */
const TYPES: Readonly<Record<number, InputData['type']>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
};

/** Fills a matrix: the number for a token, by its id and place, and for padding. */
type Fill = (id: number | undefined, place: number, padding: number) => number;

/** Keys and values of earlier tokens, of which there are none. */
const PAST = /^past(_key_values)?[._]/;

/**
 * How to make the inputs of a graph.
 *
 * @param config - the content of config.json.
 * @throws ModelLoadError `model_unsupported` for a graph that needs anything but tokens; the message names what it needs.
 */
export function planInputs(inputs: readonly GraphValue[], config: unknown): MakeInputs {
  const names = new Set(inputs.map(({ name }) => name));
  const fills = listFills(config);
  const isBag = names.has('offsets') && inputs.find(({ name }) => name === 'input_ids')?.dims?.length === 1;
  const isKnown = ({ name, dims }: GraphValue): boolean =>
    name in fills ||
    (isBag && name === 'offsets') ||
    (PAST.test(name) && dims?.length === 4) ||
    name === 'use_cache_branch';
  const unknown = inputs.filter((input) => !isKnown(input) || typeOf(input) === undefined).map(({ name }) => name);
  if (unknown.length > 0 || !names.has('input_ids')) {
    const what = unknown.length > 0 ? `needs ${unknown.join(', ')}` : `takes ${[...names].join(', ')}`;
    const message = `The model's graph ${what}, but this library gives a graph tokens of text alone: input_ids, attention_mask, token_type_ids, position_ids. Use an export of the text encoder.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model' });
  }
  return (batch) =>
    Object.fromEntries(inputs.map((input) => [input.name, isBag ? makeBag(input, batch) : make(input, batch, fills)]));
}

function listFills(config: unknown): Readonly<Record<string, Fill>> {
  const { model_type: kind, pad_token_id: pad } = config as {
    readonly model_type?: unknown;
    readonly pad_token_id?: unknown;
  };
  const first = OFFSET_POSITION_TYPES.includes(kind) ? (typeof pad === 'number' ? pad : 1) + 1 : 0;
  return {
    input_ids: (id, _place, padding) => id ?? padding,
    attention_mask: (id) => (id === undefined ? 0 : 1),
    token_type_ids: () => 0,
    position_ids: (id, place) => (id === undefined ? Math.max(0, first - 1) : first + place),
  };
}

function make(
  input: GraphValue,
  { ids, length, padding }: TokenBatch,
  fills: Readonly<Record<string, Fill>>,
): InputData {
  const fill = fills[input.name];
  if (!fill) return makeEmpty(input, ids.length);
  const numbers = ids.flatMap((row) => Array.from({ length }, (_, place) => fill(row[place], place, padding)));
  return toData(input, numbers, [ids.length, length]);
}

/** An embedding bag takes all texts' tokens one after the other, and where each text begins. */
function makeBag(input: GraphValue, { ids }: TokenBatch): InputData {
  const numbers = input.name === 'offsets' ? toOffsets(ids) : ids.flat();
  return toData(input, numbers, [numbers.length]);
}

function toOffsets(ids: TokenBatch['ids']): number[] {
  let start = 0;
  return ids.map(({ length }) => {
    start += length;
    return start - length;
  });
}

/** Nothing of an earlier run: a cache without tokens, and that there is none. */
function makeEmpty(input: GraphValue, rows: number): InputData {
  if (input.name === 'use_cache_branch') return toData(input, [0], [1]);
  const [, heads = 1, , width = 1] = input.dims ?? [];
  return toData(input, [], [rows, heads, 0, width]);
}

function typeOf({ type = 7 }: GraphValue): InputData['type'] | undefined {
  return TYPES[type];
}

function toData(input: GraphValue, numbers: readonly number[], dims: readonly number[]): InputData {
  const type = typeOf(input) ?? 'int64';
  switch (type) {
    case 'int64':
      return { type, data: BigInt64Array.from(numbers, BigInt), dims };
    case 'int32':
      return { type, data: Int32Array.from(numbers), dims };
    case 'float32':
      return { type, data: Float32Array.from(numbers), dims };
    case 'bool':
      return { type, data: Uint8Array.from(numbers), dims };
    case 'float16':
      // 0 and 1 are the only numbers a mask has. Source: IEEE 754, binary16.
      return { type, data: Uint16Array.from(numbers, (number) => (number === 0 ? 0 : 0x3c00)), dims };
  }
}
