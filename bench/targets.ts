/** What this library sets itself, and how a run compares. */
import { BATCHED_ID, KERNEL_ID, LIBRARY_ID, PLAIN_ID, REFERENCE_ID, RUNTIME_ID } from './engines.js';
import type { LongTasks } from './page/long-tasks.js';
import type { IndexingSamples, Pass, Results, RowSamples } from './results.js';
import type { RowId } from './rows.js';
import { medianRatio, percentile95 } from './statistics.js';

/** One target beside what was measured, in words. */
export interface Judgement {
  readonly work: string;
  readonly measured: string;
  readonly target: string;
  /** `met`, or by how much it was missed. */
  readonly verdict: string;
}

/** How two engines' times are to compare. */
interface RatioTarget {
  readonly row: RowId;
  /** Only for this kind of page. @default both */
  readonly isIsolated?: boolean;
  /** The baseline. */
  readonly engineId: string;
  /** Only where V8 may use VNNI, or may not. @default both */
  readonly hasVnni?: boolean;
  /** The engine that is to be faster. @default that whose time the others' are divided by */
  readonly than?: string;
  /** The baseline's time ÷ the other's: at least so much. */
  readonly least: number;
  /** Whether it is said the other way round, as the share of the baseline's time that the other takes. */
  readonly isShare?: boolean;
}

/** By the model's name on the command line. */
const RATIOS: Readonly<Record<string, readonly RatioTarget[]>> = {
  minilm: [
    { row: 'abstracts', isIsolated: false, engineId: BATCHED_ID, least: 17 },
    { row: 'abstracts', isIsolated: false, engineId: REFERENCE_ID, least: 5 },
    { row: 'isolated-abstracts', engineId: REFERENCE_ID, least: 1.05 },
    { row: 'query', engineId: REFERENCE_ID, least: 2.5 },
    { row: 'first-vector', engineId: REFERENCE_ID, least: 1 / 0.3, isShare: true },
    { row: 'one-worker', engineId: RUNTIME_ID, hasVnni: true, least: 2.7 },
    { row: 'one-worker', engineId: RUNTIME_ID, hasVnni: false, least: 1.6 },
    { row: 'one-worker', engineId: RUNTIME_ID, than: PLAIN_ID, least: 1.3 },
  ],
  bundled: [{ row: 'one-worker', engineId: RUNTIME_ID, least: 1.5 }],
};

/** What a micro-batch aims at. A query that comes waits for the rest of one, and its own run shares the cores. */
const MICRO_BATCH_MS = 60;
const MAX_MICRO_BATCHES = 1.5;

/** The threshold of the browser's long tasks. Source: Long Tasks API. */
const LONG_TASK_MS = 50;

/** The targets about rows that were measured; of ratios, those for the run's model. */
export function judgeTargets(results: Results): Judgement[] {
  const { passes, indexing, wholeCall } = results;
  return [
    ...passes.flatMap((pass) => pass.rows.flatMap((row) => judgeRow(results, pass, row))),
    ...(indexing ? [judgeQueries(indexing), judgeLongTasks('main thread while indexing', indexing.longTasks)] : []),
    ...(wholeCall ? [judgeLongTasks(`main thread, one call of ${wholeCall.texts} notes`, wholeCall.longTasks)] : []),
    ...judgeMemory(results),
  ];
}

function judgeRow(
  { modelName, hasVnni }: Results,
  { isIsolated, baseId, engines }: Pass,
  row: RowSamples,
): Judgement[] {
  const labelOf = (id: string): string => engines.find((engine) => engine.id === id)?.label ?? id;
  const targets = (RATIOS[modelName] ?? []).filter(
    (target) =>
      target.row === row.id &&
      (target.isIsolated ?? isIsolated) === isIsolated &&
      (target.hasVnni ?? hasVnni) === hasVnni,
  );
  return targets.map((target) => {
    const { engineId, than = baseId } = target;
    const who = than === LIBRARY_ID ? '' : `${labelOf(than)} `;
    const ratio = medianRatio(row.engines[engineId]?.samplesMs, row.engines[than]?.samplesMs);
    return { work: `${row.name}, ${who}against ${labelOf(engineId)}`, ...judgeRatio(ratio, target) };
  });
}

/** A worker holds its packed weights, about as large as their file, what it computes in, and its tokenizer. */
function judgeMemory({ memory = [], weightsBytes }: Results): Judgement[] {
  const kernel = memory.find(({ id }) => id === KERNEL_ID);
  if (!kernel) return [];
  const most = 2 * weightsBytes + 20e6;
  return [
    {
      work: 'memory of a worker with the kernel',
      measured: `${(kernel.bytes / 1e6).toFixed(0)} MB`,
      target: `≤ ${(most / 1e6).toFixed(0)} MB (2 × weights + 20)`,
      verdict: kernel.bytes <= most ? 'met' : `missed by ${((kernel.bytes - most) / 1e6).toFixed(0)} MB`,
    },
  ];
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
  const most = idle + MAX_MICRO_BATCHES * MICRO_BATCH_MS;
  const loaded = percentile95(loadedMs);
  return {
    work: 'query while indexing, 95th percentile',
    measured: `${loaded.toFixed(0)} ms`,
    target: `≤ ${most.toFixed(0)} ms (idle ${idle.toFixed(0)} + ${MAX_MICRO_BATCHES * MICRO_BATCH_MS})`,
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
