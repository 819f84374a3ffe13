/** Puts together what answers calls: the file behind it is loaded when a client is made, but no page waits for it. */
import type { ClientEvents } from '../../api/events.js';
import type { EmbeddedRows } from '../../targets/target.js';
import { DeviceTrial } from '../../route/trials/device-trial.js';
import type { LivePlan } from '../../plan/live-plan.js';
import { SpeedRequirement } from '../../route/trials/require-speed.js';
import type { PrepareTarget, Router } from '../../route/router.js';
import type { Emitter } from '../../util/emitter.js';
import type { AnsweredModels } from './answered-models.js';
import { EmbeddingCalls, type FindBatch } from './embedding-calls.js';
import { ModelCatalog } from './model-catalog.js';
import { UnknownTextWatch } from './unknown-text.js';

/** What calls need of the client. */
export interface CallSettings {
  readonly router: Router;
  readonly plan: LivePlan;
  readonly models: AnsweredModels;
  /** Tokens a second this device must embed. */
  readonly minimumSpeed: number | undefined;
  /** Called with every answer before its caller has it. */
  readonly onAnswer: (rows: EmbeddedRows) => void;
  readonly events: Emitter<ClientEvents>;
}

/** What answers calls, what answers parts of jobs, and what tells of models. */
export interface Calls {
  readonly embeddings: EmbeddingCalls;
  readonly models: ModelCatalog;
  readonly target: Pick<Router, 'embed'>;
}

/** Sends calls through the router, and counts them for the comparison of devices. */
export function createCalls({ router, plan, models, minimumSpeed, onAnswer, events }: CallSettings): Calls {
  const trial = new DeviceTrial(plan, router);
  const speed = minimumSpeed === undefined ? undefined : new SpeedRequirement(minimumSpeed, plan);
  const prepare: PrepareTarget = async (planned, target, signal) => speed?.check(planned, target, signal);
  const target: Pick<Router, 'embed'> = {
    embed: async (request, options) => {
      trial.count(request);
      const rows = await router.embed(request, options, prepare);
      onAnswer(rows);
      return rows;
    },
  };
  const findBatch: FindBatch = (isUnsure) => {
    // A provider, or the one that has to answer when this device turns out not to.
    const isRemote = router.current?.kind === 'remote' || isUnsure;
    const next = isRemote && plan.targets.find(({ kind, usable }) => kind === 'remote' && usable);
    return (next && plan.provider(next.id)?.maxInputs) || 1;
  };
  const watch = new UnknownTextWatch((event) => {
    events.emit('warning', event);
  });
  return {
    embeddings: new EmbeddingCalls(target, models, findBatch, watch),
    models: new ModelCatalog(router, models),
    target: watchParts(target, watch),
  };
}

/** A part of a job is a call of its own: the job may go on on another page. */
function watchParts(target: Pick<Router, 'embed'>, watch: UnknownTextWatch): Pick<Router, 'embed'> {
  return {
    embed: async (request, options) => {
      const rows = await target.embed(request, options);
      const unknown = watch.begin();
      unknown.add(rows);
      unknown.end();
      return rows;
    },
  };
}
