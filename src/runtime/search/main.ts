/** Entry of the search workers. Nothing of a model is in it. */
import { answerCalls } from '../../links/answer-calls.js';
import { answerLife } from '../../links/give-life-sign.js';
import type { SearchAnswer, SearchRequest } from '../../ports/search-messages.js';
import { SearchHost } from './search-host.js';

const host = new SearchHost();

answerLife();
answerCalls<SearchRequest, SearchAnswer>(self, async (request) => {
  const value = await host.answer(request);
  return { value, transfer: listBuffers(value) };
});

function listBuffers({ found, values }: SearchAnswer): ArrayBuffer[] {
  const views = [...(found && 'indices' in found ? [found.indices, found.scores] : []), ...(values ? [values] : [])];
  return views.map(({ buffer }) => buffer as ArrayBuffer);
}
