/** What a client makes of every model of the registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/package/paths.js';
import { DTYPES, TASKS, type Task } from '../../../src/api/vocabulary.js';
import { checkOptions } from '../../../src/client/check-options.js';
import { KNOWN_MODELS } from '../../../src/models/known-models.js';
import { checkWidth } from '../../../src/models/matryoshka.js';
import { choosePrompt } from '../../../src/models/prompts.js';
import { findModelUse } from '../../../src/models/model-use.js';
import { findRefusedDtypes, isFaithfulIn8Bits } from '../../../src/models/start-up.js';
import { findKnownModel } from '../../../src/models/registry.js';
import type { FileRecipe } from '../../../src/runtime/recipe/model-recipe.js';
import { NO_MODULES } from '../../../src/runtime/recipe/module-plan.js';
import { resolveRecipe, type ResolvedRecipe } from '../../../src/runtime/recipe/resolve-recipe.js';
import { catchError } from '../../support/catch-error.js';

const MODELS = KNOWN_MODELS.map(({ ids: [id = ''] }) => findKnownModel(id) ?? expect.fail(`${id} isn't known.`));
const IDS = MODELS.flatMap(({ ids }) => ids);

/** How a worker uses an export of the model whose files say nothing but what is given. */
function resolve(canonicalName: string, files: Partial<FileRecipe> = {}): ResolvedRecipe {
  const silent: FileRecipe = { vocabularySize: 10, plan: NO_MODULES, hasModules: false, lowercases: false };
  const isPooled = findModelUse(canonicalName)?.pooling === undefined;
  const output = { name: isPooled ? 'sentence_embedding' : 'last_hidden_state', isPooled };
  return resolveRecipe({ canonicalName, chosen: {} }, { ...silent, ...files }, output);
}

function promptOf(model: string, task: Task): string {
  return choosePrompt(resolve(model).prompts, task);
}

test('no two models have an id or a space in common, and the README counts them', () => {
  expect(new Set(IDS).size).toBe(IDS.length);
  expect(new Set(MODELS.map(({ canonicalName }) => canonicalName)).size).toBe(MODELS.length);
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`knows ${MODELS.length} models`);
});

describe.each(MODELS)('$canonicalName', (model) => {
  const { canonicalName, ids, dimensions, matryoshkaDimensions: widths } = model;

  test('is one and the same by each of its ids, which name an owner on a hub', () => {
    for (const id of ids) expect(findKnownModel(id)).toEqual(model);
    expect(ids.filter((id) => id !== canonicalName && !/^[\w-]+\/[\w.-]+$/.test(id))).toEqual([]);
  });

  test('can be used where an export has nothing but its graph and tokenizer', () => {
    const { pooling, maxTokens, scale } = resolve(canonicalName);
    expect(pooling).toMatch(/^(mean|cls|last_token|model)$/);
    expect(maxTokens).toBeGreaterThanOrEqual(128);
    expect(maxTokens).toBeLessThanOrEqual(32_768);
    expect(scale).toBe('unit');
  });

  test('takes a smaller limit from its files always, a larger one unless it is known to be wrong', () => {
    const { maxTokens: known } = resolve(canonicalName);
    expect(resolve(canonicalName, { maxTokens: 64 }).maxTokens).toBe(64);
    const isBound = findModelUse(canonicalName)?.hardLimitTokens !== undefined;
    expect(resolve(canonicalName, { maxTokens: 100_000 }).maxTokens).toBe(isBound ? known : 100_000);
  });

  test('serves every task, uses each prompt that is known for one, and joins it to no word of the text', () => {
    const prompts = TASKS.map((task) => promptOf(canonicalName, task));
    expect(Object.values(findModelUse(canonicalName)?.prompts ?? {}).filter((text) => !prompts.includes(text))).toEqual(
      [],
    );
    expect(prompts.filter((text) => text !== '' && !/^\S.*(: |:)$/s.test(text))).toEqual([]);
    // Where documents have a prompt and queries none, or both the same, somebody has mixed up two lines.
    if (prompts.some((text) => text !== '')) expect(promptOf(canonicalName, 'query')).not.toBe('');
    if (promptOf(canonicalName, 'document') !== '') {
      expect(promptOf(canonicalName, 'document')).not.toBe(promptOf(canonicalName, 'query'));
    }
  });

  test('gives vectors of its own width, of those it was trained for, and of no other', () => {
    const check = (width: number) => (): void => {
      checkWidth(width, { model: canonicalName, own: dimensions, offered: widths });
    };
    const offered = widths === undefined ? [] : 'least' in widths ? [widths.least, widths.most] : widths;
    for (const width of [dimensions, ...offered]) expect(check(width)).not.toThrow();
    for (const width of [dimensions + 1, Math.min(dimensions, ...offered) - 1]) {
      expect(catchError(check(width))).toMatchObject({ name: 'BadRequestError', param: 'dimensions' });
    }
    // The whole vector is offered among shorter ones, and nothing longer.
    if (widths !== undefined) expect(Math.max(...offered)).toBe(dimensions);
  });

  test('has in the entry what its record says of number formats, by each of its ids', () => {
    const { refusedDtypes = [], isFaithfulIn8Bits: isFaithful = true } = findModelUse(canonicalName) ?? {};
    for (const id of ids) {
      expect(findRefusedDtypes(id)).toEqual(refusedDtypes);
      expect(isFaithfulIn8Bits(id)).toBe(isFaithful);
    }
  });

  test('has both parts of its record', () => {
    expect(findModelUse(canonicalName)).toBeDefined();
  });

  test('is loaded in every dtype but those that break it, and these are refused with advice', () => {
    for (const id of ids) {
      const refused = findRefusedDtypes(id);
      for (const dtype of DTYPES) {
        const check = (): void => {
          checkOptions({ model: id, dtype, runtime: 'onnxruntime', hub: 'https://hub.example/' });
        };
        if (!refused.includes(dtype)) expect(check).not.toThrow();
        else {
          const advice = expect.stringContaining("Leave 'dtype' out") as string;
          expect(catchError(check)).toMatchObject({ code: 'invalid_value', param: 'dtype', message: advice });
        }
      }
      expect(refused).not.toContain('fp32');
    }
  });
});

/** A few of the makers' own, of each kind: what a reader can compare with the model's page. */
test.each<[model: string, task: Task, prompt: string]>([
  ['e5-base-v2', 'document', 'passage: '],
  ['multilingual-e5-small', 'clustering', 'query: '],
  ['bge-small-en-v1.5', 'query', 'Represent this sentence for searching relevant passages: '],
  ['bge-small-en-v1.5', 'document', ''],
  ['nomic-embed-text-v1.5', 'similarity', 'classification: '],
  ['embeddinggemma-300m', 'code-query', 'task: code retrieval | query: '],
  ['snowflake-arctic-embed-l-v2.0', 'fact-verification', 'query: '],
  ['all-MiniLM-L6-v2', 'query', ''],
])('%s has for %s the prompt of its page: %j', (model, task, prompt) => {
  expect(promptOf(model, task)).toBe(prompt);
});

test.each([
  ['all-MiniLM-L6-v2', 'mean', 256],
  ['all-MiniLM-L12-v2', 'mean', 128],
  ['bge-m3', 'cls', 8192],
  ['nomic-embed-text-v1.5', 'mean', 2048],
  ['embeddinggemma-300m', 'model', 2047],
  ['Qwen3-Embedding-0.6B', 'last_token', 32_768],
])('%s is pooled by %s over %i tokens, as its page says', (model, pooling, maxTokens) => {
  expect(resolve(model)).toMatchObject({ pooling, maxTokens });
});
