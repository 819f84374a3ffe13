/** Puts together what answers calls: the file behind it is loaded when a client is made, but no page waits for it. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { ClientEvents } from '../../api/events.js';
import type { Policy } from '../../api/vocabulary.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { Router } from '../../route/router.js';
import { DeviceTrial } from '../../route/trials/device-trial.js';
import { SpeedRequirement } from '../../route/trials/require-speed.js';
import type { RemoteSide } from '../../targets/remote/remote-side.js';
import type { Emitter } from '../../util/emitter.js';
import type { AnsweredModels } from './answered-models.js';
import { EmbeddingCalls } from './embedding-calls.js';
import { listModels } from './list-models.js';
import { ModelCatalog } from './model-catalog.js';
import { UnknownTextWatch } from './unknown-text.js';

/** What calls need of the client. */
export interface CallSettings {
  readonly router: Router;
  readonly plan: LivePlan;
  /** The options, with `model` filled in. */
  readonly options: EmbeddingClientOptions & { readonly model: string };
  readonly policy: Policy;
  readonly events: Emitter<ClientEvents>;
  /** What knows the client's providers. */
  readonly openRemoteSide: () => Promise<RemoteSide>;
}

/** What answers calls, what tells of models, and for which models it does. */
export interface Calls {
  readonly embeddings: EmbeddingCalls;
  readonly models: ModelCatalog;
  readonly answered: AnsweredModels;
}

/** The calls of a client. */
export function createCalls({ router, plan, options, policy, events, openRemoteSide }: CallSettings): Calls {
  const { minimumSpeed, fallback = [] } = options;
  const keepsReference = policy !== 'only-on-device' && fallback.some(({ sameModel }) => sameModel);
  const answered = listModels(policy, options);
  const embeddings = new EmbeddingCalls({
    router,
    models: answered,
    trial: new DeviceTrial(plan, router),
    speed: minimumSpeed === undefined ? undefined : new SpeedRequirement(minimumSpeed, plan),
    watch: new UnknownTextWatch((event) => {
      events.emit('warning', event);
    }),
    onAnswer: ({ provider }) => {
      // Once this device can't answer any more it is too late. A failure isn't shown.
      if (provider.device === undefined || !keepsReference) return;
      openRemoteSide().then(
        (side) => {
          side.keepReference();
        },
        () => undefined,
      );
    },
    findBatch: (isUnsure) => {
      // A provider, or the one that has to answer when this device turns out not to.
      const isRemote = router.current?.kind === 'remote' || isUnsure;
      const next = isRemote && plan.targets.find(({ kind, usable }) => kind === 'remote' && usable);
      return (next && plan.provider(next.id)?.maxInputs) || 1;
    },
  });
  return { embeddings, models: new ModelCatalog(router, answered), answered };
}
