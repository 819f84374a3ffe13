import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelStats } from '../../../src/api/models.js';
import { ModelCatalog } from '../../../src/client/calls/model-catalog.js';
import { NotFoundError } from '../../../src/errors/errors.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned } from '../route/support.js';

const STATS: ModelStats = { queue_fraction: 0.5, queue_absolute: 100_000, results_pending: 100_016, batch_size: 16 };

/** The resource of a client for `owner/name` that was made in the eleventh second of 1970. */
function makeModels(current: PlannedTarget | undefined, stats: () => ModelStats = () => STATS): ModelCatalog {
  return new ModelCatalog({ current, stats: () => [stats()] }, { own: 'owner/name', isLocal: true, remote: [] });
}

beforeEach(() => {
  vi.useFakeTimers({ now: 11_999 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('models', () => {
  test.each(['wasm', 'webgpu'] as const)('are listed as an Infinity server does, answering on %s', async (device) => {
    expect(await makeModels(makePlanned('some', { device })).list()).toEqual({
      object: 'list',
      data: [
        {
          id: 'owner/name',
          object: 'model',
          owned_by: 'inpage-embeddings',
          created: 11,
          backend: device,
          capabilities: ['embed'],
          stats: STATS,
        },
      ],
    });
  });

  test('have no backend where nothing can answer', async () => {
    const { data } = await makeModels(undefined).list();
    expect(data).toHaveLength(1);
    expect(data[0]).not.toHaveProperty('backend');
  });

  test('keep the time the client was made, and tell what they do now', async () => {
    let waiting = 1;
    const models = makeModels(makePlanned('some'), () => ({ ...STATS, queue_absolute: waiting }));
    vi.advanceTimersByTime(60_000);
    expect(await models.retrieve('owner/name')).toMatchObject({ created: 11, stats: { queue_absolute: 1 } });
    waiting = 2;
    expect(await models.retrieve('owner/name')).toMatchObject({ created: 11, stats: { queue_absolute: 2 } });
  });

  test('are retrieved as they are listed', async () => {
    const models = makeModels(makePlanned('some'));
    expect([await models.retrieve('owner/name')]).toEqual((await models.list()).data);
  });

  test.each(['owner/other', 'name', '', 'OWNER/NAME'])('refuse %j, by both names', async (id) => {
    const error = await catchRejection(makeModels(makePlanned('some')).retrieve(id));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', status: 404, param: 'model' });
    expect(String(error)).toContain(`This client answers for 'owner/name', but '${id}' was asked for.`);
  });
});
