/** `client.models`: which models answer here, and what they do now. */
import type { Model, ModelList } from '../api/models.js';
import { NotFoundError } from '../errors/errors.js';
import type { Router } from '../router/router.js';

/** OpenAI's `models` resource, in the form of an Infinity server. */
export class Models {
  readonly #router: Pick<Router, 'current' | 'stats'>;
  readonly #model: string;
  readonly #created = Math.floor(Date.now() / 1000);

  /** @internal */
  constructor(router: Pick<Router, 'current' | 'stats'>, model: string) {
    this.#router = router;
    this.#model = model;
  }

  /** The models this client answers for: its one. */
  list(): Promise<ModelList> {
    return Promise.resolve({ object: 'list', data: [this.#describe()] });
  }

  /** One of them. @throws NotFoundError `model_not_found`. */
  retrieve(id: string): Promise<Model> {
    if (id === this.#model) return Promise.resolve(this.#describe());
    const message = `This client runs '${this.#model}', but '${id}' was asked for. Make a client for that model.`;
    return Promise.reject(new NotFoundError('model_not_found', message, { param: 'model' }));
  }

  #describe(): Model {
    const backend = this.#router.current?.device;
    return {
      id: this.#model,
      object: 'model',
      owned_by: 'inpage-embeddings',
      created: this.#created,
      ...(backend && { backend }),
      capabilities: ['embed'],
      stats: this.#router.stats(),
    };
  }
}
