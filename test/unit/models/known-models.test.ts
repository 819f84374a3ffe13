import { describe, expect, test } from 'vitest';
import { TASKS, type Task } from '../../../src/api/vocabulary.js';
import { KNOWN_MODELS } from '../../../src/models/known-models.js';
import { choosePrompt, resolvePrompts } from '../../../src/models/prompts.js';
import { findRecipe } from '../../../src/models/recipes.js';
import { findRefusedDtypes } from '../../../src/models/refused-dtypes.js';
import { findKnownModel } from '../../../src/models/registry.js';

const RETRIEVAL = 'Represent this sentence for searching relevant passages: ';
const INSTRUCTION = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

type Prompts = readonly (string | undefined)[];

/** A prompt for every kind of query, and for nothing else. */
function promptQueries(prompt: string): Prompts {
  return [prompt, undefined, undefined, undefined, undefined, prompt, prompt, prompt];
}

/** In the order of TASKS: query, document, similarity, classification, clustering, and the three kinds of query. */
const NONE: Prompts = TASKS.map(() => undefined);
const QUERY_ONLY = promptQueries(RETRIEVAL);
const ARCTIC_2 = promptQueries('query: ');
const E5: Prompts = ['query: ', 'passage: ', ...new Array<string>(6).fill('query: ')];

/** In the order of the registry. */
const PROMPTS: readonly [model: string, prompts: Prompts][] = [
  ['universal-sentence-encoder-lite', NONE],
  ['all-MiniLM-L6-v2', NONE],
  ['all-MiniLM-L12-v2', NONE],
  ['all-mpnet-base-v2', NONE],
  ['all-distilroberta-v1', NONE],
  ['multi-qa-MiniLM-L6-cos-v1', NONE],
  ['paraphrase-multilingual-MiniLM-L12-v2', NONE],
  ['bge-small-en-v1.5', QUERY_ONLY],
  ['bge-base-en-v1.5', QUERY_ONLY],
  ['bge-large-en-v1.5', QUERY_ONLY],
  ['bge-m3', NONE],
  ['e5-small-v2', E5],
  ['e5-base-v2', E5],
  ['e5-large-v2', E5],
  ['multilingual-e5-small', E5],
  ['multilingual-e5-base', E5],
  ['multilingual-e5-large', E5],
  ['gte-small', NONE],
  ['gte-base', NONE],
  ['gte-large', NONE],
  [
    'nomic-embed-text-v1.5',
    [
      'search_query: ',
      'search_document: ',
      'classification: ',
      'classification: ',
      'clustering: ',
      'search_query: ',
      'search_query: ',
      'search_query: ',
    ],
  ],
  ['mxbai-embed-large-v1', QUERY_ONLY],
  ['snowflake-arctic-embed-xs', QUERY_ONLY],
  ['snowflake-arctic-embed-s', QUERY_ONLY],
  ['snowflake-arctic-embed-m', QUERY_ONLY],
  ['snowflake-arctic-embed-l', QUERY_ONLY],
  ['snowflake-arctic-embed-m-v1.5', QUERY_ONLY],
  ['snowflake-arctic-embed-m-v2.0', ARCTIC_2],
  ['snowflake-arctic-embed-l-v2.0', ARCTIC_2],
  ['jina-embeddings-v2-small-en', NONE],
  [
    'embeddinggemma-300m',
    [
      'task: search result | query: ',
      'title: none | text: ',
      'task: sentence similarity | query: ',
      'task: classification | query: ',
      'task: clustering | query: ',
      'task: question answering | query: ',
      'task: fact checking | query: ',
      'task: code retrieval | query: ',
    ],
  ],
  ['Qwen3-Embedding-0.6B', [INSTRUCTION, '', undefined, undefined, undefined, INSTRUCTION, INSTRUCTION, INSTRUCTION]],
];

const MODELS = KNOWN_MODELS.map(({ ids: [id] }) => {
  const known = findKnownModel(id);
  if (!known) throw new Error(`Expected ${id} to be known.`);
  return known;
});

const CASES = PROMPTS.flatMap(([model, prompts]) =>
  TASKS.map((task, index): [model: string, task: Task, prompt: string | undefined] => [model, task, prompts[index]]),
);

describe('the known models', () => {
  test('are those whose prompts stand in this table', () => {
    expect(MODELS.map(({ canonicalName }) => canonicalName)).toEqual(PROMPTS.map(([model]) => model));
  });

  test.each(CASES)('give %s for %s the prompt %j', (model, task, prompt) => {
    const known = MODELS.find(({ canonicalName }) => canonicalName === model);
    const prompts = resolvePrompts({ known: findRecipe(known?.canonicalName ?? '')?.prompts ?? {} });
    expect(choosePrompt(prompts, task)).toBe(prompt ?? '');
  });

  test.each(MODELS)('have no prompt of $canonicalName that no task finds', ({ canonicalName }) => {
    const { prompts = {} } = findRecipe(canonicalName) ?? {};
    const found = TASKS.map((task) => choosePrompt(resolvePrompts({ known: prompts }), task));
    expect(Object.values(prompts).filter((prompt) => !found.includes(prompt))).toEqual([]);
  });

  test.each(MODELS)(
    'have a recipe of $canonicalName, and an owner in each of its ids on a hub',
    ({ canonicalName, ids }) => {
      expect(findRecipe(canonicalName)).toBeDefined();
      expect(ids.filter((id) => id !== canonicalName && !/^[\w-]+\/[\w.-]+$/.test(id))).toEqual([]);
    },
  );

  test('share no id and no canonical name', () => {
    const ids = MODELS.flatMap((model) => model.ids);
    const names = MODELS.map(({ canonicalName }) => canonicalName);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ['Xenova/all-MiniLM-L6-v2', 'mean', 256],
    ['Xenova/all-MiniLM-L12-v2', 'mean', 128],
    ['Xenova/all-mpnet-base-v2', 'mean', 384],
    ['Xenova/all-distilroberta-v1', 'mean', 512],
    ['Xenova/multi-qa-MiniLM-L6-cos-v1', 'mean', 512],
    ['Xenova/paraphrase-multilingual-MiniLM-L12-v2', 'mean', 128],
    ['Xenova/bge-small-en-v1.5', 'cls', 512],
    ['Xenova/bge-base-en-v1.5', 'cls', 512],
    ['Xenova/bge-large-en-v1.5', 'cls', 512],
    ['Xenova/bge-m3', 'cls', 8192],
    ['Xenova/e5-small-v2', 'mean', 512],
    ['Xenova/e5-base-v2', 'mean', 512],
    ['Xenova/e5-large-v2', 'mean', 512],
    ['Xenova/multilingual-e5-small', 'mean', 512],
    ['Xenova/multilingual-e5-base', 'mean', 512],
    ['Xenova/multilingual-e5-large', 'mean', 512],
    ['Xenova/gte-small', 'mean', 512],
    ['Xenova/gte-base', 'mean', 512],
    ['Xenova/gte-large', 'mean', 512],
    ['nomic-ai/nomic-embed-text-v1.5', 'mean', 2048],
    ['mixedbread-ai/mxbai-embed-large-v1', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-xs', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-s', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-m', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-l', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-m-v1.5', 'cls', 512],
    ['Snowflake/snowflake-arctic-embed-m-v2.0', 'cls', 8192],
    ['Snowflake/snowflake-arctic-embed-l-v2.0', 'cls', 8192],
    ['Xenova/jina-embeddings-v2-small-en', 'mean', 8192],
    ['onnx-community/embeddinggemma-300m-ONNX', undefined, 2047],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 'last_token', 32768],
  ])('pool %s by %s over %s tokens', (id, pooling, maxTokens) => {
    const recipe = findRecipe(findKnownModel(id)?.canonicalName ?? '');
    expect(recipe?.pooling).toBe(pooling);
    expect(recipe?.mostTokens ?? recipe?.maxTokens).toBe(maxTokens);
  });

  test('offer their own width among the shorter ones', () => {
    for (const { dimensions, matryoshkaDimensions: widths } of MODELS) {
      if (widths) expect('least' in widths ? widths.most : widths[0]).toBe(dimensions);
    }
  });

  test('offer shorter vectors exactly where their makers do', () => {
    const offered = MODELS.filter((model) => model.matryoshkaDimensions);
    expect(offered.map((model) => [model.canonicalName, model.matryoshkaDimensions, model.centersBeforeCut])).toEqual([
      ['nomic-embed-text-v1.5', [768, 512, 256, 128, 64], true],
      ['mxbai-embed-large-v1', [1024, 512], undefined],
      ['snowflake-arctic-embed-m-v1.5', [768, 256], undefined],
      ['snowflake-arctic-embed-m-v2.0', [768, 256], undefined],
      ['snowflake-arctic-embed-l-v2.0', [1024, 256], undefined],
      ['embeddinggemma-300m', [768, 512, 256, 128], undefined],
      ['Qwen3-Embedding-0.6B', { least: 32, most: 1024 }, undefined],
    ]);
  });

  test('refuse dtypes for EmbeddingGemma alone', () => {
    const ids = MODELS.flatMap((model) => model.ids);
    const refusing = ids.filter((id) => findRefusedDtypes(id).length > 0);
    expect(refusing.map((id) => [id, findRefusedDtypes(id)])).toEqual([
      ['google/embeddinggemma-300m', ['fp16', 'q4f16']],
      ['onnx-community/embeddinggemma-300m-ONNX', ['fp16', 'q4f16']],
    ]);
  });
});
