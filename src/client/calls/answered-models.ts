/** Which models a client answers for: its own, and those of its providers. */
import { NotFoundError } from '../../errors/errors.js';
import { hintModel } from './hints.js';

/** The models a client answers for. */
export interface AnsweredModels {
  /** The client's model. */
  readonly own: string;
  /** Whether this device may compute it. */
  readonly isLocal: boolean;
  /** The known model that it is said to be the same as. */
  readonly sameAs?: string | undefined;
  /** What providers that may be asked call theirs. */
  readonly remote: readonly string[];
}

/** For a request that names another model. */
export function modelNotFound(model: string, { own, remote }: AnsweredModels): NotFoundError {
  const others = remote.filter((name) => name !== own).map((name) => `'${name}'`);
  const message = `This client answers for ${[`'${own}'`, ...others].join(', ')}, but '${model}' was asked for. ${hintModel(model) ?? `Leave 'model' out, or make a client for that model.`}`;
  return new NotFoundError('model_not_found', message, { param: 'model' });
}
