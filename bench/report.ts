/** Writes the table for people and the file with every sample. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LIBRARY_ID, REFERENCE_ID } from './engines.js';
import type { Facts } from './facts.js';
import type { EngineSamples, RowSamples } from './measure.js';
import type { EngineSpec } from './page/engine.js';

/** Everything a run found out. */
export interface Results {
  readonly facts: Facts;
  readonly engines: readonly EngineSpec[];
  readonly rows: readonly RowSamples[];
  /** What is known from elsewhere, by row. */
  readonly knownLimits: Readonly<Record<string, string>>;
}

/**
 * Two q8 engines differ by how they round; measured between right ones: 0.97 and more. What quantising wrongly gives
 * is below 0.9.
 */
const LEAST_COSINE = 0.95;

/** The table, with the facts above it and how to read it below. */
export function formatReport({ facts, engines, rows, knownLimits }: Results): string {
  const header = ['', 'tokens', ...engines.flatMap(describeColumns)];
  const body = rows.map((row) => [
    row.name,
    Number.isNaN(row.tokensPerCall) ? '' : row.tokensPerCall.toFixed(0),
    ...engines.flatMap(({ id }) => describeCells(row, id)),
  ]);
  const limits = rows.flatMap(({ name }) => (knownLimits[name] === undefined ? [] : [`${name}: ${knownLimits[name]}`]));
  return [
    ...alignColumns(Object.entries(facts).map(([name, value]) => [name, value])),
    '',
    ...alignColumns([header, ...body]),
    '',
    'Median ms per call. ×: that time ÷ this library’s; over 1 means that this library is faster.',
    `cosine: the least of all texts, with the vectors of ${describeReference(engines)}.`,
    'One query, first vector: both baselines do the same work there, so their difference is noise.',
    'First vector: from opening a new page; files come out of the browser’s caches.',
    ...limits,
  ].join('\n');
}

/** Writes every sample, so that other statistics can be made of them. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/**
 * A fast engine with wrong vectors has won nothing.
 *
 * @throws Error naming the first row and engine whose vectors don't agree with the reference's.
 */
export function checkVectors({ engines, rows }: Results): void {
  for (const row of rows) {
    for (const { id, label, kind } of engines) {
      // How padding changes the baseline's own vectors isn't ours to mend.
      if (kind === 'transformers') continue;
      const cosine = row.engines[id]?.leastCosine;
      if (cosine === undefined || cosine >= LEAST_COSINE) continue;
      throw new Error(
        `Expected the vectors of ${label} to have a cosine of at least ${LEAST_COSINE} with those of ${describeReference(engines)}, but '${row.name}' gave ${cosine.toFixed(4)}. Its times mean nothing until that is mended.`,
      );
    }
  }
}

function describeReference(engines: readonly EngineSpec[]): string {
  return engines.find(({ id }) => id === REFERENCE_ID)?.label ?? REFERENCE_ID;
}

function describeColumns({ id, label }: EngineSpec): string[] {
  return [label, ...(id === LIBRARY_ID ? [] : ['×']), ...(id === REFERENCE_ID ? [] : ['cosine'])];
}

function describeCells(row: RowSamples, id: string): string[] {
  const own = row.engines[id];
  const ratio = median(own) / median(row.engines[LIBRARY_ID]);
  return [
    formatMs(median(own)),
    ...(id === LIBRARY_ID ? [] : [ratio.toFixed(2)]),
    ...(id === REFERENCE_ID ? [] : [own?.leastCosine?.toFixed(4) ?? '']),
  ];
}

function median(samples: EngineSamples | undefined): number {
  const sorted = [...(samples?.samplesMs ?? [])].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

function formatMs(elapsedMs: number): string {
  return elapsedMs < 100 ? elapsedMs.toFixed(1) : elapsedMs.toFixed(0);
}

/** Pads cells to their column; the first column to the left, numbers to the right. */
function alignColumns(table: readonly (readonly string[])[]): string[] {
  const isFacts = table[0]?.length === 2;
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 || isFacts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
