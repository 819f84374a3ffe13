/** What this library sets itself for all-MiniLM-L6-v2, and how a run compares. */
import { BATCHED_ID, LIBRARY_ID, REFERENCE_ID } from './engines.js';
import type { LongTasks } from './page/long-tasks.js';
import type { IndexingSamples, Pass, Results, RowSamples } from './results.js';
import type { RowId } from './rows.js';
import { median, percentile95 } from './statistics.js';

/** One target beside what was measured, in words. */
export interface Judgement {
  readonly work: string;
  readonly measured: string;
  readonly target: string;
  /** `met`, or by how much it was missed. */
  readonly verdict: string;
}

/** How this library's time and a baseline's are to compare. */
interface RatioTarget {
  readonly row: RowId;
  /** Only for this kind of page. @default both */
  readonly isIsolated?: boolean;
  /** The baseline. */
  readonly engineId: string;
  /** The baseline's time ÷ this library's: at least so much. */
  readonly least: number;
  /** Whether it is said the other way round, as the share of the baseline's time that this library takes. */
  readonly isShare?: boolean;
}

const RATIOS: readonly RatioTarget[] = [
  { row: 'abstracts', isIsolated: false, engineId: BATCHED_ID, least: 6.5 },
  { row: 'abstracts', isIsolated: false, engineId: REFERENCE_ID, least: 1.85 },
  { row: 'abstracts', isIsolated: true, engineId: REFERENCE_ID, least: 1.05 },
  { row: 'isolated-abstracts', engineId: REFERENCE_ID, least: 1.05 },
  // No slower than the pipeline; the rest is noise.
  { row: 'query', engineId: REFERENCE_ID, least: 0.95 },
  { row: 'first-vector', engineId: REFERENCE_ID, least: 1 / 0.6, isShare: true },
];

/** What a micro-batch aims at. A query that comes waits for the rest of one, and its own run shares the cores. */
const MICRO_BATCH_MS = 60;
const MOST_MICRO_BATCHES = 1.5;

/** The threshold of the browser's long tasks. Source: Long Tasks API. */
const LONG_TASK_MS = 50;

/** The targets about rows that were measured. */
export function judgeTargets({ passes, indexing, wholeCall }: Results): Judgement[] {
  return [
    ...passes.flatMap((pass) => pass.rows.flatMap((row) => judgeRow(pass, row))),
    ...(indexing ? [judgeQueries(indexing), judgeLongTasks('main thread while indexing', indexing.longTasks)] : []),
    ...(wholeCall ? [judgeLongTasks(`main thread, one call of ${wholeCall.texts} notes`, wholeCall.longTasks)] : []),
  ];
}

function judgeRow({ isIsolated, engines }: Pass, row: RowSamples): Judgement[] {
  return RATIOS.filter((target) => target.row === row.id && (target.isIsolated ?? isIsolated) === isIsolated).map(
    (target) => ({
      work: `${row.name}, against ${engines.find(({ id }) => id === target.engineId)?.label ?? target.engineId}`,
      ...judgeRatio(
        median(row.engines[target.engineId]?.samplesMs) / median(row.engines[LIBRARY_ID]?.samplesMs),
        target,
      ),
    }),
  );
}

function judgeRatio(ratio: number, { least, isShare = false }: RatioTarget): Omit<Judgement, 'work'> {
  const [measured, target] = isShare ? [1 / ratio, 1 / least] : [ratio, least];
  const missing = Math.abs(measured - target);
  return {
    measured: isShare ? `${measured.toFixed(2)} of its time` : `${measured.toFixed(2)}×`,
    target: isShare ? `≤ ${target.toFixed(2)} of its time` : `≥ ${target.toFixed(2)}×`,
    verdict: ratio >= least ? 'met' : `missed by ${missing.toFixed(2)} (${((100 * missing) / target).toFixed(1)} %)`,
  };
}

function judgeQueries({ idleMs, loadedMs }: IndexingSamples): Judgement {
  const idle = percentile95(idleMs);
  const most = idle + MOST_MICRO_BATCHES * MICRO_BATCH_MS;
  const loaded = percentile95(loadedMs);
  return {
    work: 'query while indexing, 95th percentile',
    measured: `${loaded.toFixed(0)} ms`,
    target: `≤ ${most.toFixed(0)} ms (idle ${idle.toFixed(0)} + ${MOST_MICRO_BATCHES * MICRO_BATCH_MS})`,
    verdict: loaded <= most ? 'met' : `missed by ${(loaded - most).toFixed(0)} ms`,
  };
}

function judgeLongTasks(work: string, { count, longestMs }: LongTasks): Judgement {
  return {
    work,
    measured: count === 0 ? 'none' : `${count}, longest ${longestMs.toFixed(0)} ms`,
    target: `none over ${LONG_TASK_MS} ms`,
    verdict: count === 0 ? 'met' : `missed by ${(longestMs - LONG_TASK_MS).toFixed(0)} ms`,
  };
}
