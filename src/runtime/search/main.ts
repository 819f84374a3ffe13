/** Entry of the search workers. Nothing of a model is in it. */
import type { NumberedRequest, SearchReply } from '../../ports/search-messages.js';
import { SearchHost } from './search-host.js';

const host = new SearchHost();

addEventListener('message', (event: MessageEvent<NumberedRequest>) => {
  const { id, request } = event.data;
  host.answer(request).then(
    (reply) => {
      send({ id, ...reply });
    },
    (error: unknown) => {
      send({ id, failure: error instanceof Error ? error.message : String(error) });
    },
  );
});

function send(reply: SearchReply): void {
  const { found, values } = reply;
  const views = [...(found && 'indices' in found ? [found.indices, found.scores] : []), ...(values ? [values] : [])];
  postMessage(reply, { transfer: views.map(({ buffer }) => buffer as ArrayBuffer) });
}
