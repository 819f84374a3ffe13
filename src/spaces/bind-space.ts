/** The space a client's vectors are of, and word of it where the app's name for it can't be remembered. */
import type { ClientEvents } from '../api/events.js';
import { SpaceBinding } from './space-binding.js';
import type { Emitter } from '../util/emitter.js';

const MESSAGE = `The space of 'spaceName' isn't remembered: this page's local storage is blocked or full. It binds this client only; allow storage, or compare 'response.space' with that of your stored vectors.`;

/** Knows the space from an earlier visit where `spaceName` has one; a warning says, once, that it can't. */
export function bindSpace(spaceName: string | undefined, events: Emitter<ClientEvents>): SpaceBinding {
  return new SpaceBinding(spaceName, () => {
    // The client's constructor finds out before the app can listen.
    queueMicrotask(() => {
      events.emit('warning', { code: 'space_not_remembered', message: MESSAGE });
    });
  });
}
