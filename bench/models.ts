/** The models to measure with, and where their files lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/package/paths.js';
import type { ModelSetup } from './page/engine.js';

/** A model on the command line, on disk and in the page. */
export interface BenchModel {
  /** What `--model` calls it. */
  readonly name: string;
  readonly setup: ModelSetup;
  /** The folder with `config.json`. */
  readonly directory: string;
  /** What is known from elsewhere about how fast it could be, by row. */
  readonly knownLimits: Readonly<Record<string, string>>;
}

const MINI_LM: BenchModel = {
  name: 'minilm',
  setup: {
    id: 'all-MiniLM-L6-v2',
    dtype: 'q8',
    hub: '/hub',
    isBundled: false,
    // The library would cut at the model's own 256; both are to do the same work.
    maxTokens: 512,
    poolsItself: false,
  },
  directory: join(ROOT, '../shared/models/all-MiniLM-L6-v2'),
  knownLimits: {
    '64 abstracts': 'native ONNX Runtime, q8, one thread: about 980 ms (measured elsewhere on a like machine)',
  },
};

const BUNDLED: BenchModel = {
  name: 'bundled',
  setup: {
    id: 'universal-sentence-encoder-lite',
    dtype: 'q8',
    hub: '/dist/assets',
    isBundled: true,
    poolsItself: true,
  },
  directory: join(ROOT, 'dist/assets/universal-sentence-encoder-lite/resolve/main'),
  knownLimits: {},
};

/** The values `--model` takes, besides nothing. */
export const MODEL_NAMES: readonly string[] = [MINI_LM.name, BUNDLED.name, 'all'];

/**
 * The models of that name; without a name all-MiniLM-L6-v2 when its files are there, else the bundled one.
 *
 * @throws Error when the name is unknown, or names a model whose files aren't there.
 */
export function chooseModels(name: string | undefined): readonly BenchModel[] {
  const isThere = existsSync(join(MINI_LM.directory, 'config.json'));
  if (name === undefined) return [isThere ? MINI_LM : BUNDLED];
  if (name === BUNDLED.name) return [BUNDLED];
  if (name !== MINI_LM.name && name !== 'all') {
    throw new Error(`Expected --model to be one of ${MODEL_NAMES.join(', ')}, but got '${name}'.`);
  }
  if (!isThere) {
    throw new Error(
      `Expected the files of ${MINI_LM.setup.id} in ../shared/models/${MINI_LM.setup.id}, found none. Put them there, or pass --model bundled.`,
    );
  }
  return name === 'all' ? [MINI_LM, BUNDLED] : [MINI_LM];
}
