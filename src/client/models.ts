/** `client.models`: what an app calls. What answers is loaded beside the entry. */
import type { Model, ModelList } from '../api/models.js';
import type { ModelCatalog } from './calls/model-catalog.js';

/** OpenAI's `models` resource, in the form of an Infinity server. */
export class Models {
  readonly #open: () => Promise<ModelCatalog>;

  /** @internal */
  constructor(open: () => Promise<ModelCatalog>) {
    this.#open = open;
  }

  /** The models this client answers for: its own first, then its providers'. No provider is asked. */
  async list(): Promise<ModelList> {
    return (await this.#open()).list();
  }

  /** One of them. @throws NotFoundError `model_not_found`. */
  async retrieve(id: string): Promise<Model> {
    return (await this.#open()).retrieve(id);
  }
}
