/** What answers `client.models`: which models answer, and what they do now. */
import type { Model, ModelList } from '../../api/models.js';
import { sumStats } from '../../models/stats.js';
import type { Router } from '../../route/router.js';
import { modelNotFound, type AnsweredModels } from './answered-models.js';

/** The models of a client: the part of `client.models` that is loaded beside the entry. */
export class ModelCatalog {
  readonly #router: Pick<Router, 'current' | 'stats'>;
  readonly #models: AnsweredModels;
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(router: Pick<Router, 'current' | 'stats'>, models: AnsweredModels) {
    this.#router = router;
    this.#models = models;
  }

  /** See `Models.list`. */
  list(): Promise<ModelList> {
    const { own, remote } = this.#models;
    const data = [...new Set([own, ...remote])].map((id) => this.#describe(id));
    return Promise.resolve({ object: 'list', data });
  }

  /** See `Models.retrieve`. */
  retrieve(id: string): Promise<Model> {
    const { own, remote } = this.#models;
    if (id === own || remote.includes(id)) return Promise.resolve(this.#describe(id));
    return Promise.reject(modelNotFound(id, this.#models));
  }

  #describe(id: string): Model {
    const { current } = this.#router;
    const isRemote = id !== this.#models.own || current?.kind === 'remote';
    const device = current?.kind === 'local' ? current.device : undefined;
    const backend = isRemote ? 'remote' : device;
    return {
      id,
      object: 'model',
      owned_by: 'inpage-embeddings',
      created: this.#created,
      ...(backend && { backend }),
      capabilities: ['embed'],
      stats: sumStats(this.#router.stats()),
    };
  }
}
