/** What every provider does when nothing goes wrong, over real sockets. */
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../../src/api/vocabulary.js';
import { catchRejection } from '../../../support/catch-error.js';
import {
  connect,
  embed,
  expectRows,
  INFINITY,
  makeTexts,
  neverAborted,
  NUGEN,
  OPENAI,
  SEGMIND_GEMINI,
  SEGMIND_SMALL,
  textsOf,
  useLanes,
  VENDORS,
} from './vendors.js';

const SEGMIND_TEXT =
  'Segmind provides fast and affordable AI model inference APIs for image, video, audio, and text generation.';

const openLane = useLanes();

describe.each(VENDORS)('$name', (vendor) => {
  test('sends nothing before it is asked', async () => {
    const lane = openLane();
    const { sent } = connect(vendor, lane);
    expect([sent, (await lane.log()).requests]).toEqual([[], []]);
  });

  test('answers a text with its vector and tokens, and asks once with the key', async () => {
    const lane = openLane();
    const rows = await embed(connect(vendor, lane).target, ['You are beautiful']);
    expectRows(rows, ['You are beautiful']);
    expect(rows.totalTokens).toBe(3);
    const { requests } = await lane.log();
    expect(requests).toMatchObject([{ method: 'POST', path: vendor.path, keyMatches: true, texts: 1 }]);
    expect(requests[0]?.headers).toContain(vendor.keyHeader);
  });

  test('sends no header that a preflight of these APIs forbids', async () => {
    const lane = openLane();
    await embed(connect(vendor, lane).target, ['a']);
    const expected = [vendor.keyHeader, 'content-type', 'content-length', 'host', 'connection', 'user-agent'];
    // What browsers send of their own, and what CORS allows without asking.
    const harmless = ['accept', 'accept-language', 'accept-encoding', 'sec-fetch-mode', 'pragma', 'cache-control'];
    const [request] = (await lane.log()).requests;
    expect(request?.headers.filter((name) => ![...expected, ...harmless].includes(name))).toEqual([]);
  });

  test('answers many texts in order, each sent once', async () => {
    const lane = openLane();
    const texts = makeTexts(vendor.hasBatches ? 3_000 : 60);
    const rows = await embed(connect(vendor, lane).target, texts);
    expectRows(rows, texts);
    expect(rows.totalTokens).toBe(texts.length * 3);
    const { requests } = await lane.log();
    expect(requests.flatMap(textsOf).sort()).toEqual([...texts].sort());
  });

  test('answers a text that stands twice twice', async () => {
    const { target } = connect(vendor, openLane());
    expectRows(await embed(target, ['a', 'b', 'a']), ['a', 'b', 'a']);
  });

  test('keeps what is unusual in a text', async () => {
    const { target } = connect(vendor, openLane());
    const texts = ['"quotes"\n\tand lines', 'naïve 日本語 🦘', ' spaces around ', '\u2028\\u0041'];
    expectRows(await embed(target, texts), texts);
  });

  test('tells of every request with the texts in it, and of how far it is', async () => {
    const lane = openLane();
    const { target, sent } = connect(vendor, lane);
    const progress: number[] = [];
    const inputs = ['naïve', '日本', 'abc'];
    await target.embed({ inputs }, { signal: neverAborted(), onProgress: (done) => progress.push(done) });
    expect(sent).toHaveLength((await lane.log()).requests.length);
    expect(sent.reduce((sum, { texts }) => sum + texts, 0)).toBe(3);
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(6 + 6 + 3);
    expect(progress.at(-1)).toBe(3);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('names where its texts go', () => {
    const lane = openLane();
    const provider = vendor.create(lane);
    expect(provider.host).toBe(new URL(lane.url).host);
    expect(provider.sameModel).toBe(false);
  });
});

describe.each([OPENAI, INFINITY, NUGEN, SEGMIND_GEMINI])('$name', (vendor) => {
  test('asks for the width it is asked for', async () => {
    const lane = openLane();
    expectRows(await embed(connect(vendor, lane).target, ['a', 'b'], 32), ['a', 'b'], 32);
  });
});

describe.each([OPENAI, INFINITY])('$name', (vendor) => {
  test('answers the example of the documentation', async () => {
    const lane = openLane();
    const text = 'This is the text that needs to be embedded.';
    expectRows(await embed(connect(vendor, lane).target, [text], 1536), [text], 1536);
    const { requests } = await lane.log();
    expect(requests).toMatchObject([{ body: { model: vendor.create(lane).model, dimensions: 1536 } }]);
  });
});

describe('openaiCompatible', () => {
  test('takes token ids', async () => {
    const inputs = [[1, 2, 3], [4]];
    const rows = await embed(connect(OPENAI, openLane()).target, inputs);
    expectRows(rows, inputs);
    expect(rows.totalTokens).toBe(4);
  });
});

describe.each([INFINITY, NUGEN, SEGMIND_SMALL, SEGMIND_GEMINI])('$name', (vendor) => {
  test("refuses token ids, which its documentation doesn't know, before anything is sent", async () => {
    const lane = openLane();
    const error = await catchRejection(embed(connect(vendor, lane).target, [[1, 2, 3]]));
    expect(error).toMatchObject({ name: 'BadRequestError', param: 'input' });
    expect((await lane.log()).requests).toEqual([]);
  });
});

describe('infinity', () => {
  test('tells how full the queue of its model is', async () => {
    const lane = openLane();
    await lane.script([], { models: ['another', 'Qwen2-Embedding-48'], queueFraction: 0.75 });
    const { target, sent } = connect(INFINITY, lane);
    expect(await target.load?.(neverAborted())).toBe(0.75);
    expect((await lane.log()).requests).toMatchObject([{ method: 'GET', path: '/v1/models', keyMatches: true }]);
    expect(sent).toEqual([]);
  });
});

describe('nugen', () => {
  test.each([
    ['a text', ['The quick brown fox jumps over the lazy dog'], undefined],
    [
      'texts',
      [
        'First document for semantic search',
        'Second document for clustering',
        'Third document for similarity comparison',
      ],
      undefined,
    ],
    ['dimensions', ['Sample text to embed'], 512],
  ])('answers the example with %s', async (_name, inputs, dimensions) => {
    const lane = openLane();
    expectRows(await embed(connect(NUGEN, lane).target, inputs, dimensions), inputs, dimensions);
    const fields = ['model', 'input', ...(dimensions === undefined ? [] : ['dimensions'])];
    const { requests } = await lane.log();
    expect(Object.keys(requests[0]?.body as object).sort()).toEqual(fields.sort());
  });
});

describe('segmind', () => {
  test('sends the example of text-embedding-3-small as it stands there', async () => {
    const lane = openLane();
    await embed(connect(SEGMIND_SMALL, lane).target, ['You are beautiful']);
    expect((await lane.log()).requests).toMatchObject([{ body: { prompt: 'You are beautiful' } }]);
  });

  test('sends the example of gemini-embedding-001 as it stands there', async () => {
    const lane = openLane();
    const { target } = connect(SEGMIND_GEMINI, lane);
    await target.embed({ inputs: [SEGMIND_TEXT], task: 'document', dimensions: 768 }, { signal: neverAborted() });
    const [request] = (await lane.log()).requests;
    expect(request?.body).toEqual({
      input: SEGMIND_TEXT,
      task_type: 'RETRIEVAL_DOCUMENT',
      output_dimensionality: 768,
    });
  });

  test.each<readonly [Task, string]>([
    ['query', 'RETRIEVAL_QUERY'],
    ['document', 'RETRIEVAL_DOCUMENT'],
    ['similarity', 'SEMANTIC_SIMILARITY'],
    ['classification', 'CLASSIFICATION'],
    ['clustering', 'CLUSTERING'],
    ['question-answering', 'QUESTION_ANSWERING'],
    ['fact-verification', 'FACT_VERIFICATION'],
    ['code-query', 'CODE_RETRIEVAL_QUERY'],
  ])('names the task %s as %s', async (task, task_type) => {
    const lane = openLane();
    await connect(SEGMIND_GEMINI, lane).target.embed({ inputs: ['a'], task }, { signal: neverAborted() });
    expect((await lane.log()).requests).toMatchObject([{ body: { input: 'a', task_type } }]);
  });

  test.each(['openai', 'embedding', 'values', 'array', 'nested-array'] as const)(
    'understands an answer in the form %s',
    async (segmindShape) => {
      const lane = openLane();
      await lane.script([], { segmindShape });
      expectRows(await embed(connect(SEGMIND_SMALL, lane).target, ['a', 'b']), ['a', 'b']);
    },
  );
});
