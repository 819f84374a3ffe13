/** Everything that computes: one client, the index it fills, and the two that use it. */
import { EmbeddingClient, type ModelProgressEvent } from 'inpage-embeddings';
import { Indexer, type IndexerSettings } from './indexer.js';
import { PassageIndex } from './passage-index.js';
import { Searcher, type SearcherSettings } from './searcher.js';

/** Whom to tell. */
export type EngineRoomListeners = Pick<IndexerSettings, 'onState' | 'onIndexed'> &
  Pick<SearcherSettings, 'onAnswer' | 'onError'> & { readonly onModelProgress: (event: ModelProgressEvent) => void };

/** Made when the first note comes, because making a client begins loading the model. */
export interface EngineRoom {
  readonly index: PassageIndex;
  readonly indexer: Indexer;
  readonly searcher: Searcher;
}

/** Begins loading the model. */
export function openEngineRoom({ onModelProgress, ...listeners }: EngineRoomListeners): EngineRoom {
  const client = new EmbeddingClient();
  client.on('model-progress', onModelProgress);
  const index = new PassageIndex();
  const settings = { client, index, ...listeners };
  return { index, indexer: new Indexer(settings), searcher: new Searcher(settings) };
}
