/** How a model pools, by the settings of its Pooling module, as every release of sentence-transformers writes them. */
import type { PoolingMode, PoolingRule } from './module-plan.js';

/**
 * Names of `pooling_mode`, from release 5.4 on → modes.
 *
 * Source: sentence-transformers 6.2, `Pooling.POOLING_MODES`.
 */
const MODES: Readonly<Record<string, PoolingMode>> = {
  cls: 'cls',
  max: 'max',
  mean: 'mean',
  mean_sqrt_len_tokens: 'mean_sqrt_len',
  weightedmean: 'weighted_mean',
  lasttoken: 'last_token',
};

/**
 * The switches that earlier releases write, in the order in which they put vectors one after the other.
 *
 * Source: sentence-transformers 2.7, `Pooling.forward`.
 */
const SWITCHES: readonly (readonly [key: string, mode: PoolingMode])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len'],
  ['pooling_mode_weightedmean_tokens', 'weighted_mean'],
  ['pooling_mode_lasttoken', 'last_token'],
];

/** Settings that can't be computed, and why; what they say nevertheless, where it is known. */
export interface PoolingObstacle {
  readonly obstacle: string;
}

/** What the settings say; undefined when they say nothing. */
export function readPooling(
  config: Readonly<Record<string, unknown>>,
): (PoolingRule & Partial<PoolingObstacle>) | PoolingObstacle | undefined {
  const modes = 'pooling_mode' in config ? readModes(config['pooling_mode']) : readSwitches(config);
  if (modes === undefined || 'obstacle' in modes) return modes;
  const includesPrompt = config['include_prompt'] !== false;
  if (!includesPrompt && modes.includes('cls')) {
    // Until some release CLS was the first token, since then it is the first one after the prompt.
    const obstacle = 'pools CLS and leaves the prompt out, which releases of sentence-transformers do differently';
    return { modes, includesPrompt, obstacle };
  }
  return { modes, includesPrompt };
}

function readModes(value: unknown): readonly PoolingMode[] | { obstacle: string } | undefined {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const modes = names.map((name) => (typeof name === 'string' && Object.hasOwn(MODES, name) ? MODES[name] : undefined));
  const known = modes.filter((mode) => mode !== undefined);
  if (known.length === names.length) return known.length > 0 ? known : undefined;
  return { obstacle: `pools by ${names.map(String).join(' and ')}` };
}

function readSwitches(
  config: Readonly<Record<string, unknown>>,
): readonly PoolingMode[] | { obstacle: string } | undefined {
  const on = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  if (on.length === 0) return undefined;
  const modes = SWITCHES.filter(([key]) => on.includes(key)).map(([, mode]) => mode);
  return modes.length === on.length ? modes : { obstacle: `pools by ${on.join(' and ')}` };
}
