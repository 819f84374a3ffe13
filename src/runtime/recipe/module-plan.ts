/** What a model's modules do after its transformer, as plain data: what is done to tokens, how they are pooled, what follows. */
import type { Pooling } from '../../api/vocabulary.js';

/** One way of making one vector of many. `max` takes each number's largest, `weighted_mean` counts a token by its position. */
export type PoolingMode = Exclude<Pooling, 'model'> | 'max' | 'mean_sqrt_len' | 'weighted_mean';

/** How token vectors become one vector. */
export interface PoolingRule {
  /** One or more; their vectors are put one after the other. */
  readonly modes: readonly PoolingMode[];
  /** Whether the prompt's tokens count. */
  readonly includesPrompt: boolean;
}

/** What comes after a linear layer. */
export type Activation = 'identity' | 'tanh' | 'relu' | 'sigmoid' | 'gelu';

/** A linear layer. */
export interface DenseModule {
  readonly kind: 'dense';
  /** Its folder. */
  readonly path: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly hasBias: boolean;
  readonly activation: Activation;
  /** Whether what went in is added to what comes out. */
  readonly addsInput: boolean;
}

/** Something done to one vector. */
export type VectorModule =
  { readonly kind: 'normalize' } | { readonly kind: 'layer-norm'; readonly path: string } | DenseModule;

/** What follows the transformer. */
export interface ModulePlan {
  /** Done to every token's vector, in order. */
  readonly onTokens: readonly VectorModule[];
  /** Absent where the files don't say. */
  readonly pooling?: PoolingRule;
  /** Done to the pooled vector, in order. */
  readonly onVectors: readonly VectorModule[];
  /** Whether queries take another way through the modules than documents do, so that no graph of one way has both. */
  readonly hasRoutes?: boolean;
  /** Why this library can't compute it from token vectors, though a graph that pools itself may; the model does what this says. */
  readonly obstacle?: string;
}

/** What is known of a model without modules. */
export const NO_MODULES: ModulePlan = { onTokens: [], onVectors: [] };

/** The plan in a word for a space: equal for equal ways of computing. */
export function describePlan({ onTokens, pooling, onVectors }: ModulePlan): string {
  const modes = pooling?.modes.join('+') ?? 'none';
  // A Normalize at the end only scales, which the space tells by itself.
  const steps = endsInNormalize({ onVectors }) ? onVectors.slice(0, -1) : onVectors;
  return [
    ...onTokens.map(({ kind }) => kind),
    pooling?.includesPrompt === false ? `${modes}-without-prompt` : modes,
    ...steps.map(({ kind }) => kind),
  ].join('>');
}

/** Whether its vectors have unit length, as far as they aren't cut. */
export function endsInNormalize({ onVectors }: Pick<ModulePlan, 'onVectors'>): boolean {
  return onVectors.at(-1)?.kind === 'normalize';
}

/** Ways of pooling that differ in nothing but how much each token counts. */
export type Weighing = Extract<PoolingMode, 'mean' | 'cls' | 'last_token'>;

/** The one way a GPU can pool by, so that it needn't give token vectors back; undefined where it takes more. */
export function findWeighing({ onTokens, pooling }: ModulePlan): Weighing | undefined {
  const [mode, ...others] = pooling?.modes ?? [];
  const isPlain = onTokens.length === 0 && others.length === 0 && pooling?.includesPrompt === true;
  return isPlain && (mode === 'mean' || mode === 'cls' || mode === 'last_token') ? mode : undefined;
}
