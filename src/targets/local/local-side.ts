/** Everything a client needs to embed on this device: makes its engines, and tells how the model loads. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { ClientEvents } from '../../api/events.js';
import type { LocalTarget } from '../../contract/target.js';
import { ContentPin } from './content-pin.js';
import { createEngine } from './create-engine.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { PlannedLocal } from '../../plan/plan-local.js';
import type { SpaceBinding } from '../../spaces/space-binding.js';
import type { Router } from '../../route/router.js';
import type { Emitter } from '../../util/emitter.js';
import { LoadReport, type LoadState } from './load-report.js';

/** What the local side needs of the client. */
export interface LocalSideSettings {
  /** The options, with `model` filled in. */
  readonly options: EmbeddingClientOptions & { readonly model: string };
  readonly plan: Pick<LivePlan, 'capability' | 'notes' | 'targets'>;
  readonly router: Pick<Router, 'current' | 'start'>;
  readonly events: Emitter<ClientEvents>;
  readonly binding: Pick<SpaceBinding, 'bound'>;
}

/** Makes targets of this device. */
export class LocalSide {
  readonly #settings: LocalSideSettings;
  readonly #report: LoadReport;
  readonly #pin: ContentPin;

  constructor(settings: LocalSideSettings) {
    const { options, events, binding } = settings;
    this.#settings = settings;
    this.#pin = new ContentPin({ spaceName: options.spaceName, bound: () => binding.bound });
    this.#report = new LoadReport((state) => {
      events.emit('model-progress', { model: options.model, ...state });
    });
  }

  /** The target of that part of the plan; nothing is loaded yet. */
  connect(planned: PlannedLocal): LocalTarget {
    const { options, plan, router, events } = this.#settings;
    let latest: LoadState = { phase: 'download', loadedBytes: 0 };
    const tell = (state: LoadState): void => {
      // What loads only to be compared with another target is nobody's wait.
      if (router.current?.id === planned.id) this.#report.add(planned.id, state);
    };
    return createEngine({
      target: planned,
      options,
      capability: plan.capability,
      notes: plan.notes(planned),
      pin: this.#pin,
      onProgress: (progress) => {
        latest = progress;
        tell(progress);
      },
      onReady: () => {
        tell({ ...latest, phase: 'ready' });
      },
      onDied: (error) => {
        events.emit('engine-died', { error });
      },
      onRefused: () => {
        // Nobody may have asked for vectors yet, and what takes over begins to load at once.
        router.start();
      },
    });
  }
}
