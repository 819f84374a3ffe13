/** Sees which inputs are sent to engine workers, so that a test can show that nothing is computed twice. */
import { afterEach, beforeEach } from 'vitest';

/** What Comlink sends for `embed(batch)`. */
interface EmbedMessage {
  readonly argumentList?: readonly { readonly value?: { readonly items?: readonly { readonly content: unknown }[] } }[];
}

/** Every input sent to any worker during the test that runs. Call it once, at the top of a test file. */
export function watchEmbedded(): unknown[] {
  const inputs: unknown[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its worker again
  const { postMessage } = Worker.prototype;
  beforeEach(() => {
    inputs.length = 0;
    Worker.prototype.postMessage = function (this: Worker, message: EmbedMessage, ...rest: never[]): void {
      for (const { content } of message.argumentList?.[0]?.value?.items ?? []) inputs.push(content);
      postMessage.call(this, message, ...rest);
    };
  });
  afterEach(() => {
    Worker.prototype.postMessage = postMessage;
  });
  return inputs;
}
