/** `client.models`: what an app calls. What answers is loaded beside the entry. */
import type { Model, ModelList } from '../api/models.js';
import type { Calls } from './calls/create-calls.js';

/** OpenAI's `models` resource, in the form of an Infinity server. */
export class Models {
  readonly #openCalls: () => Promise<Pick<Calls, 'models'>>;

  /** @internal */
  constructor(openCalls: () => Promise<Pick<Calls, 'models'>>) {
    this.#openCalls = openCalls;
  }

  /** The models this client answers for: its own first, then its providers'. No provider is asked. */
  async list(): Promise<ModelList> {
    return (await this.#openCalls()).models.list();
  }

  /** One of them. @throws NotFoundError `model_not_found`. */
  async retrieve(id: string): Promise<Model> {
    return (await this.#openCalls()).models.retrieve(id);
  }
}
