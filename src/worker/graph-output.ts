/** Which of a graph's outputs holds the vectors. */
import { ModelLoadError } from '../errors/errors.js';

/** One of a graph's outputs. */
export interface OutputChoice {
  readonly name: string;
  /** Whether it has one vector a text, so that the graph pools by itself. */
  readonly isPooled: boolean;
}

/** Best first: what the model's maker put behind pooling counts most. */
const KNOWN_OUTPUTS = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'];

/**
 * @param prefersTokens - takes a vector a token where there is one.
 * @throws ModelLoadError `model_unsupported` when none of the names is one of an embedding model's.
 */
export function chooseOutput(names: readonly string[], prefersTokens = false): OutputChoice {
  const order = prefersTokens ? [...KNOWN_OUTPUTS.slice(1), KNOWN_OUTPUTS[0]] : KNOWN_OUTPUTS;
  const name = order.find((known) => known !== undefined && names.includes(known));
  if (name !== undefined) return { name, isPooled: name === KNOWN_OUTPUTS[0] };
  throw new ModelLoadError(
    'model_unsupported',
    `The model's outputs are ${names.join(', ')}; expected ${KNOWN_OUTPUTS.join(', ')}. Use an embedding model.`,
    { param: 'model' },
  );
}
