import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRuns, type Run, type RunShape } from '../../../../src/runtime/host/plan-runs.js';

const CPU: RunShape = { maxRows: 1, mostTokens: Infinity, isPadded: false };
const GPU: RunShape = { maxRows: 32, mostTokens: 8192, isPadded: true };
const LONGEST = 512;

/** What a text of so many tokens is padded to, up to 512. */
const STEPS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

const lengths = fc.oneof(
  fc.array(fc.integer({ min: 0, max: LONGEST }), { maxLength: 100, size: 'max' }),
  // Many of one length, as short texts are.
  fc.array(fc.constantFrom(0, 1, 3, 16, 17, 100), { maxLength: 200, size: 'max' }),
);
const shape = fc.record({
  maxRows: fc.integer({ min: 1, max: 40 }),
  mostTokens: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constant(Infinity)),
  isPadded: fc.boolean(),
});
/** Also limits that some texts exceed, and such that are no step of padding. */
const longest = fc.integer({ min: 1, max: 600 });

/** Checks every run of every plan; `own` are the lengths of the run's texts. */
function forEachRun(check: (run: Run, own: readonly number[], shape: RunShape, longest: number) => void): void {
  fc.assert(
    fc.property(lengths, longest, shape, (texts, limit, runShape) => {
      for (const run of planRuns(texts, limit, runShape)) {
        const own = run.rows.map((row) => texts[row] ?? 0);
        check(run, own, runShape, limit);
      }
    }),
  );
}

describe('planRuns', () => {
  test.each<[what: string, texts: number[], shape: RunShape, runs: Run[]]>([
    ['plans nothing without texts', [], GPU, []],
    ['leaves out texts without tokens', [0, 3, 0], CPU, [{ rows: [1], length: 3 }]],
    [
      'runs each text by itself on a CPU, short ones first',
      [7, 3, 7],
      CPU,
      [
        { rows: [1], length: 3 },
        { rows: [0], length: 7 },
        { rows: [2], length: 7 },
      ],
    ],
    [
      'runs texts of like length together on a GPU',
      [3, 40, 16, 17, 33],
      GPU,
      [
        { rows: [0, 2], length: 16 },
        { rows: [3], length: 24 },
        { rows: [1, 4], length: 48 },
      ],
    ],
    [
      'splits a number of rows into powers of two',
      new Array<number>(7).fill(5),
      GPU,
      [
        { rows: [0, 1, 2, 3], length: 16 },
        { rows: [4, 5], length: 16 },
        { rows: [6], length: 16 },
      ],
    ],
    [
      'pads no further than the longest text may be',
      [300, 390, 400],
      GPU,
      [
        { rows: [0], length: 384 },
        { rows: [1, 2], length: 400 },
      ],
    ],
  ])('%s', (_what, texts, runShape, runs) => {
    expect(planRuns(texts, 400, runShape)).toEqual(runs);
  });

  test('takes typed arrays, as counts come', () => {
    expect(planRuns(new Uint32Array([3, 0, 4]), LONGEST, GPU)).toEqual([{ rows: [0, 2], length: 16 }]);
  });

  test.each([
    [1, 16],
    [16, 16],
    [17, 24],
    [24, 24],
    [25, 32],
    [33, 48],
    [49, 64],
    [65, 96],
    [128, 128],
    [129, 192],
    [511, 512],
    [512, 512],
  ])('pads %i tokens to %i', (tokens, length) => {
    expect(planRuns([tokens], LONGEST, GPU)).toEqual([{ rows: [0], length }]);
  });

  test('runs a text over the limits of its device by itself, unpadded beyond the longest', () => {
    const runs = planRuns([9000, 9000], 8192, GPU);
    expect(runs).toEqual([
      { rows: [0], length: 9000 },
      { rows: [1], length: 9000 },
    ]);
  });
});

describe('over any texts, planRuns', () => {
  test('gives each text of at least one token exactly once', () => {
    fc.assert(
      fc.property(lengths, longest, shape, (texts, limit, runShape) => {
        const rows = planRuns(texts, limit, runShape).flatMap((run) => run.rows);
        const expected = texts.flatMap((tokens, row) => (tokens > 0 ? [row] : []));
        expect(rows.toSorted((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  test('keeps to rows and tokens, unless a single text is over them', () => {
    forEachRun(({ rows, length }, _own, { maxRows, mostTokens }) => {
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThanOrEqual(maxRows);
      if (rows.length > 1) expect(rows.length * length).toBeLessThanOrEqual(mostTokens);
    });
  });

  test('has room for every text of a run, and pads none beyond the longest', () => {
    forEachRun(({ length }, own, _shape, limit) => {
      const most = Math.max(...own);
      expect(length).toBeGreaterThanOrEqual(most);
      if (length > Math.min(...own)) expect(length).toBeLessThanOrEqual(limit);
    });
  });

  test('has few lengths where it pads: the steps, and the limit', () => {
    forEachRun(({ length }, own, { isPadded }, limit) => {
      if (isPadded) expect([...STEPS, 600, limit, ...own.filter((tokens) => tokens > limit)]).toContain(length);
    });
  });

  test('runs powers of two of rows where it pads', () => {
    forEachRun(({ rows }, _own, { isPadded }) => {
      if (isPadded) expect(Number.isInteger(Math.log2(rows.length))).toBe(true);
    });
  });

  test('pads nothing where it is told not to', () => {
    forEachRun(({ length }, own, { isPadded }) => {
      if (!isPadded) expect(own.filter((tokens) => tokens !== length)).toEqual([]);
    });
  });

  test('fills at least half of what is longer than eight tokens', () => {
    forEachRun(({ length }, own) => {
      for (const tokens of own.filter((each) => each >= 8)) expect(length).toBeLessThanOrEqual(2 * tokens);
    });
  });

  test('runs one text at a time, unpadded, on a CPU', () => {
    fc.assert(
      fc.property(lengths, longest, (texts, limit) => {
        for (const { rows, length } of planRuns(texts, limit, CPU)) {
          expect(rows.map((row) => texts[row])).toEqual([length]);
        }
      }),
    );
  });
});
