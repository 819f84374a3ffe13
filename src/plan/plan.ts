/** Which targets may answer, in which order, and why. Pure: the same input gives the same plan. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Policy } from '../api/vocabulary.js';
import type { Provider } from '../contract/provider.js';
import { planLocal, type LocalPlanInput, type PlannedLocal } from './plan-local.js';

/** A remote provider, chosen or ruled out. */
export interface PlannedRemote {
  /** Tells it from the plan's other targets. */
  readonly id: string;
  /** `remote`: text leaves the device. */
  readonly kind: 'remote';
  /** The kind of API. */
  readonly provider: string;
  /** Where text goes. */
  readonly host: string;
  /** The provider's name for the model. */
  readonly model: string;
  /** Whether it will be tried. */
  readonly usable: boolean;
  /** Why it is, or isn't, in one sentence. */
  readonly reason: string;
}

/** The browser's own embedder, chosen or ruled out. There is one in the plan where the app asks for it. */
export interface PlannedBuiltin extends Pick<PlannedRemote, 'id' | 'usable' | 'reason'> {
  /** `builtin`: a model of the browser's, on this device. */
  readonly kind: 'builtin';
}

/** One way to answer, chosen or ruled out. `kind` tells what else is said of it. */
export type PlannedTarget = PlannedLocal | PlannedRemote | PlannedBuiltin;

/** The id of the browser's own embedder in a plan. */
export const BUILTIN_ID = 'local/builtin';

/** What a plan follows from. */
export interface PlanInput extends LocalPlanInput {
  readonly options: LocalPlanInput['options'] & Pick<EmbeddingClientOptions, 'builtin'>;
  readonly policy: Policy;
  readonly providers: readonly Provider[];
  /** Whether the browser has an embedder of its own. */
  readonly hasBuiltin: boolean;
  /** What was found out about a target that keeps it from answering, by the target's id. */
  readonly findObstacle: (id: string) => string | undefined;
}

/** The targets in the order they will be tried; those ruled out stand there too, with the reason. */
export function planTargets(input: PlanInput): readonly PlannedTarget[] {
  const { policy, findObstacle } = input;
  const local = planDevice(input).map((target) => (policy === 'only-remote' ? ruleOut(target, policy) : target));
  const remote = planRemote(input);
  const targets = policy.endsWith('remote') ? [...remote, ...local] : [...local, ...remote];
  return targets.map((target) => {
    const obstacle = target.usable ? findObstacle(target.id) : undefined;
    return obstacle === undefined ? target : { ...target, usable: false, reason: obstacle };
  });
}

/** The browser's own embedder, where it is asked for, and then what runs the client's model. */
function planDevice(input: PlanInput): readonly (PlannedLocal | PlannedBuiltin)[] {
  const { builtin = 'never' } = input.options;
  const local = planLocal(input);
  if (builtin === 'never') return local;
  const usable = input.hasBuiltin;
  const reason = usable ? 'The app asked for it.' : 'This browser has no SemanticEmbedder.';
  const own = { id: BUILTIN_ID, kind: 'builtin', usable, reason } as const;
  const others = local.map((target) => ({ ...target, usable: false, reason: "The app asked for builtin: 'only'." }));
  return [own, ...(builtin === 'only' ? others : local)];
}

/** Id → provider, in their order. Two of one kind at one host are told apart by a number. */
export function nameProviders(providers: readonly Provider[]): ReadonlyMap<string, Provider> {
  const named = new Map<string, Provider>();
  for (const provider of providers) {
    const name = `${provider.id}/${provider.host}`;
    const sameNames = [...named.keys()].filter((id) => id === name || id.startsWith(`${name}#`)).length;
    named.set(sameNames === 0 ? name : `${name}#${String(sameNames + 1)}`, provider);
  }
  return named;
}

const REMOTE_REASONS: Readonly<Record<Policy, string>> = {
  'only-on-device': '',
  'prefer-on-device': 'It is asked when this device cannot answer.',
  'prefer-remote': 'It is asked before this device.',
  'only-remote': 'Only providers are asked.',
};

function planRemote({ policy, providers }: PlanInput): PlannedRemote[] {
  return [...nameProviders(providers)].map(([id, { id: provider, host, model }]) => {
    const target = { id, kind: 'remote', provider, host, model, usable: true, reason: REMOTE_REASONS[policy] } as const;
    return policy === 'only-on-device' ? ruleOut(target, policy) : target;
  });
}

function ruleOut<T extends PlannedTarget>(target: T, policy: Policy): T {
  return { ...target, usable: false, reason: `The policy is '${policy}'.` };
}
