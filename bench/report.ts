/** Writes the tables for people and the file with every sample. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LIBRARY_ID, REFERENCE_ID, describeReference } from './engines.js';
import type { EngineSpec } from './page/engine.js';
import type { IndexingSamples, MemorySample, Pass, Results, RowSamples } from './results.js';
import { median, medianRatio, percentile95 } from './statistics.js';
import { alignColumns, formatMs } from './table.js';
import { judgeTargets, type Judgement } from './targets.js';

/** The tables, with the facts above them and how to read each below it. */
export function formatReport(results: Results): string {
  const { facts, passes, indexing, memory } = results;
  const targets = judgeTargets(results);
  const sections = [
    alignColumns(Object.entries(facts), () => true),
    ...passes.map((pass) => formatPass(pass, results.knownLimits)),
    ...(indexing ? [formatIndexing(indexing)] : []),
    ...(memory ? [formatMemory(memory)] : []),
    ...(targets.length > 0 ? [formatTargets(targets)] : []),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

/** Writes every sample, so that other statistics can be made of them. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...results, targets: judgeTargets(results) }, undefined, 2)}\n`);
}

function formatPass({ isIsolated, baseId, engines, rows }: Pass, knownLimits: Results['knownLimits']): string[] {
  const header = [
    isIsolated ? 'isolated page' : '',
    'tokens',
    ...engines.flatMap((engine) => describeColumns(engine, baseId)),
  ];
  const body = rows.map((row) => [
    row.name,
    row.tokensPerCall?.toFixed(0) ?? '',
    ...engines.flatMap(({ id }) => describeCells(row, id, baseId)),
  ]);
  const limits = rows.flatMap(({ name }) => (knownLimits[name] === undefined ? [] : [`${name}: ${knownLimits[name]}`]));
  const has = (id: RowSamples['id']): boolean => rows.some((row) => row.id === id);
  return [
    ...alignColumns([header, ...body]),
    '',
    'Median ms per call. Engines take turns at every call.',
    `×: the median of the ratios, call by call, of that time to ${baseId === LIBRARY_ID ? "this library's" : "the first column's"}; over 1 means that the latter is faster.`,
    `cosine: the least of all texts, with the vectors of ${describeReference(engines)}.`,
    'Before each timed call of several texts its engine has embedded as many, untimed: extra workers run by then.',
    ...(has('first-bulk')
      ? ['First bulk work: the same call to a new client, whose extra workers start meanwhile.']
      : []),
    ...(has('query') || has('first-vector')
      ? ['One query, first vector: both baselines do the same work there, so their difference is noise.']
      : []),
    ...(has('first-vector') ? ['First vector: from opening a new page; files come out of the browser’s caches.'] : []),
    ...limits,
  ];
}

function describeColumns({ id, label }: EngineSpec, baseId: string): string[] {
  return [label, ...(id === baseId ? [] : ['×']), ...(id === REFERENCE_ID ? [] : ['cosine'])];
}

function describeCells(row: RowSamples, id: string, baseId: string): string[] {
  const own = row.engines[id];
  const elapsedMs = median(own?.samplesMs);
  const ratio = medianRatio(own?.samplesMs, row.engines[baseId]?.samplesMs);
  return [
    formatMs(elapsedMs),
    ...(id === baseId ? [] : [own ? ratio.toFixed(2) : '']),
    ...(id === REFERENCE_ID ? [] : [own?.minCosine?.toFixed(4) ?? '']),
  ];
}

function formatIndexing(samples: IndexingSamples): string[] {
  const { idleMs, loadedMs, indexedTexts, indexedByEnd, firstComeMs, firstComeTexts } = samples;
  const describe = (name: string, latencies: readonly number[]): string[] => [
    name,
    latencies.length.toString(),
    formatMs(median(latencies)),
    formatMs(percentile95(latencies)),
  ];
  return [
    ...alignColumns([
      ['a query every 250 ms', 'queries', 'median', '95 %'],
      describe('nothing else running', idleMs),
      describe(`while ${indexedTexts} abstracts are indexed`, loadedMs),
      describe(`first come, first served, behind ${firstComeTexts} abstracts`, firstComeMs),
    ]),
    '',
    'Ms from each call to its answer; a query is sent whether or not earlier ones have been answered.',
    `${indexedByEnd} of the ${indexedTexts} abstracts were done when the queries ended; the rest was called off.`,
    'First come, first served: queries with the priority of the bulk work. The wait grows with what is queued before them.',
  ];
}

function formatMemory(memory: readonly MemorySample[]): string[] {
  const rows = memory.map(({ label, bytes }) => [label, `${(bytes / 1e6).toFixed(0)} MB`]);
  return alignColumns([['memory of one worker', ''], ...rows], () => true);
}

function formatTargets(targets: readonly Judgement[]): string[] {
  const rows = targets.map(({ work, measured, target, verdict }) => [work, measured, target, verdict]);
  return alignColumns([['work', 'measured', 'target', ''], ...rows], () => true);
}
