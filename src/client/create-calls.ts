/** Puts together what answers calls: the file behind it is loaded when a client is made, but no page waits for it. */
import type { EmbeddedRows } from '../contract/target.js';
import { DeviceTrial } from '../router/device-trial.js';
import type { LivePlan } from '../router/live-plan.js';
import type { Router } from '../router/router.js';
import type { AnsweredModels } from './answered-models.js';
import { EmbeddingCalls } from './embedding-calls.js';

/** What calls need of the client. */
export interface CallSettings {
  readonly router: Router;
  readonly plan: LivePlan;
  readonly models: AnsweredModels;
  /** Called with every answer before its caller has it. */
  readonly onAnswer: (rows: EmbeddedRows) => void;
}

/** What answers calls, and what answers parts of jobs. */
export interface Calls {
  readonly embeddings: EmbeddingCalls;
  readonly target: Pick<Router, 'embed'>;
}

/** Sends calls through the router, and counts them for the comparison of devices. */
export function createCalls({ router, plan, models, onAnswer }: CallSettings): Calls {
  const trial = new DeviceTrial(plan, router);
  const target: Pick<Router, 'embed'> = {
    embed: async (request, options) => {
      trial.count(request);
      const rows = await router.embed(request, options);
      onAnswer(rows);
      return rows;
    },
  };
  return { embeddings: new EmbeddingCalls(target, models), target };
}
