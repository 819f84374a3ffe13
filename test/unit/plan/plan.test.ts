import { describe, expect, test } from 'vitest';
import type { Builtin, Policy } from '../../../src/api/vocabulary.js';
import type { Provider } from '../../../src/contract/provider.js';
import { nameProviders, planTargets, type PlannedTarget } from '../../../src/plan/plan.js';
import { ABLE } from '../route/support.js';

function makeProvider(id: string, host = `${id}.example`): Provider {
  return {
    id,
    host,
    model: 'their-model',
    sameModel: false,
    space: `their-model@${host}`,
    maxInputs: 32,
    connect: () => {
      throw new Error('Expected a plan to ask nobody.');
    },
  };
}

const PROVIDERS = [makeProvider('infinity'), makeProvider('nugen')];

function plan(
  policy: Policy,
  obstacles: Readonly<Record<string, string>> = {},
  builtin: Builtin = 'never',
  hasBuiltin = false,
): readonly PlannedTarget[] {
  return planTargets({
    options: { device: 'wasm', runtime: 'onnxruntime', builtin },
    gpuDtypes: [],
    capability: ABLE,
    hasBuiltin,
    recall: () => undefined,
    policy,
    providers: PROVIDERS,
    findObstacle: (id) => obstacles[id],
  });
}

describe('planTargets', () => {
  test.each<[policy: Policy, order: readonly string[]]>([
    ['only-on-device', ['local/wasm', '-infinity/infinity.example', '-nugen/nugen.example']],
    ['prefer-on-device', ['local/wasm', 'infinity/infinity.example', 'nugen/nugen.example']],
    ['prefer-remote', ['infinity/infinity.example', 'nugen/nugen.example', 'local/wasm']],
    ['only-remote', ['infinity/infinity.example', 'nugen/nugen.example', '-local/wasm']],
  ])('follows the policy %s', (policy, order) => {
    expect(plan(policy).map(({ id, usable }) => (usable ? id : `-${id}`))).toEqual(order);
  });

  test('says of each target why', () => {
    expect(plan('only-on-device')[1]).toEqual({
      id: 'infinity/infinity.example',
      kind: 'remote',
      provider: 'infinity',
      host: 'infinity.example',
      model: 'their-model',
      usable: false,
      reason: "The policy is 'only-on-device'.",
    });
    expect(plan('prefer-on-device')[1]).toMatchObject({
      usable: true,
      reason: 'It is asked when this device cannot answer.',
    });
  });

  test('rules out what was found out to be of no use, and keeps the first reason', () => {
    const obstacles = { 'nugen/nugen.example': 'It lies.', 'local/wasm': 'Another space.' };
    expect(plan('prefer-remote', obstacles).filter(({ usable }) => !usable)).toMatchObject([
      { id: 'nugen/nugen.example', reason: 'It lies.' },
      { id: 'local/wasm', reason: 'Another space.' },
    ]);
    expect(plan('only-remote', obstacles).at(-1)?.reason).toBe("The policy is 'only-remote'.");
  });
});

describe("the browser's own embedder", () => {
  test.each<[builtin: Builtin, policy: Policy, order: readonly string[]]>([
    ['never', 'only-on-device', ['local/wasm']],
    ['prefer', 'only-on-device', ['local/builtin', 'local/wasm']],
    ['only', 'only-on-device', ['local/builtin']],
    ['only', 'prefer-on-device', ['local/builtin', 'infinity/infinity.example', 'nugen/nugen.example']],
    ['only', 'prefer-remote', ['infinity/infinity.example', 'nugen/nugen.example', 'local/builtin']],
    ['prefer', 'only-remote', ['infinity/infinity.example', 'nugen/nugen.example']],
  ])('is planned as builtin: %s and the policy %s say', (builtin, policy, order) => {
    const usable = plan(policy, {}, builtin, true).filter((target) => target.usable);
    expect(usable.map(({ id }) => id)).toEqual(order);
  });

  test('is ruled out where the browser lacks it', () => {
    expect(plan('only-on-device', {}, 'prefer')[0]).toEqual({
      id: 'local/builtin',
      kind: 'builtin',
      usable: false,
      reason: 'This browser has no SemanticEmbedder.',
    });
  });
});

test('nameProviders tells providers of one kind at one host apart', () => {
  const twice = makeProvider('infinity', 'a.example');
  expect([...nameProviders([twice, twice, makeProvider('infinity', 'b.example'), twice]).keys()]).toEqual([
    'infinity/a.example',
    'infinity/a.example#2',
    'infinity/b.example',
    'infinity/a.example#3',
  ]);
});
