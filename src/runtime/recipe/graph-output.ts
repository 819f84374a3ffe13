/** Which of a graph's outputs holds the vectors. */
import { BadRequestError, ModelLoadError } from '../../errors/errors.js';
import type { GraphValue } from '../onnx/read-values.js';

/** One of a graph's outputs. */
export interface OutputChoice {
  readonly name: string;
  /** Whether it has one vector a text, so that the graph pools by itself. */
  readonly isPooled: boolean;
}

/** Who wishes what of the choice. */
export interface OutputWishes {
  /** The output the app names. */
  readonly chosen?: string;
  /** Takes a vector a token where there is one. */
  readonly prefersTokens?: boolean;
}

/** Best first: what the model's maker put behind pooling counts most. */
const KNOWN_OUTPUTS = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'];

/** Names of a vector a text, in exports that don't follow sentence-transformers. Source: Optimum 1; model2vec 0.4; CLIP's text model. */
const POOLED_NAMES = /^(text_|sentence_|dense_)?(embeddings?|embeds|vectors?)$/i;

/** What other tasks and later steps need: a classifier's scores, caches, attention, BERT's own pooler. */
const OTHER_NAMES = /^(logits|pooler_output|.*attentions?(\..*)?|hidden_states(\..*)?|present.*|past.*|.*scores?)$/i;

/** Source: `onnx/onnx.proto`, TensorProto.DataType: FLOAT and FLOAT16. */
const FLOATS = [1, 10];

/**
 * The output to take: the one the app names, else the one that is known by its name, else the one that can only be meant.
 *
 * @throws BadRequestError `invalid_value` with `param` `output` when the graph has none of the name the app gives, or one of
 *   another shape; ModelLoadError `model_unsupported` when it can't be told which output is meant.
 */
export function chooseOutput(
  outputs: readonly GraphValue[],
  { chosen, prefersTokens = false }: OutputWishes = {},
): OutputChoice {
  if (chosen !== undefined) return takeChosen(outputs, chosen);
  const [pooled = '', ...tokens] = KNOWN_OUTPUTS;
  const order = prefersTokens ? [...tokens, pooled] : KNOWN_OUTPUTS;
  const known = order.map((name) => outputs.find((output) => output.name === name)).find((output) => output);
  const meant = known ?? findMeant(outputs);
  if (meant) return toChoice(meant);
  const names = outputs.map(({ name }) => name).join(', ');
  const message = `The model's outputs are ${names}; expected ${KNOWN_OUTPUTS.join(', ')}, or one that can only mean a vector. Name one by 'output', or use an embedding model.`;
  throw new ModelLoadError('model_unsupported', message, { param: 'output' });
}

function takeChosen(outputs: readonly GraphValue[], chosen: string): OutputChoice {
  const output = outputs.find(({ name }) => name === chosen);
  if (output && isVectors(output)) return toChoice(output);
  const names = outputs.map(({ name }) => name).join(', ');
  const what = output
    ? `'${chosen}' is neither a vector a text nor a vector a token`
    : `the model has none of that name; its outputs are ${names}`;
  throw new BadRequestError('invalid_value', `Expected 'output' to name vectors, but ${what}.`, { param: 'output' });
}

function findMeant(outputs: readonly GraphValue[]): GraphValue | undefined {
  const candidates = outputs.filter((output) => isVectors(output) && !OTHER_NAMES.test(output.name));
  const pooled = candidates.filter(({ name, dims }) => dims?.length === 2 && POOLED_NAMES.test(name));
  const [meant, ...others] = pooled.length > 0 ? pooled : candidates;
  // Without a shape a name that isn't known says nothing.
  return others.length === 0 && meant?.dims ? meant : undefined;
}

function isVectors({ type, dims }: GraphValue): boolean {
  const hasRank = dims === undefined || dims.length === 2 || dims.length === 3;
  return hasRank && (type === undefined || FLOATS.includes(type));
}

/** The shape tells, where there is one; else the name. */
function toChoice({ name, dims }: GraphValue): OutputChoice {
  return { name, isPooled: dims ? dims.length === 2 : name === KNOWN_OUTPUTS[0] };
}
