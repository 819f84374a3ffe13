/** Searches that need no worker, and what comes of all. */
import type { PackedVectors, SearchMatch } from '../../api/search.js';
import type { FoundRows, RowsShape, UnscoredRow } from '../../ports/search-messages.js';
import { comparePlainly } from '../scan/compare-plainly.js';
import { Ranking } from '../scan/ranking.js';
import { notFinite } from './check-search.js';

/** Numbers that plain JavaScript compares within a few milliseconds, and a slow phone within a long task's 50. */
const MAX_HERE = 2_000_000;

/** Few vectors, or no workers in this environment. */
export function isForHere({ rows, width }: RowsShape): boolean {
  return rows * width <= MAX_HERE || typeof Worker !== 'function';
}

/** What is looked for, and where; all checked. */
export interface Scan {
  readonly shape: RowsShape;
  readonly query: PackedVectors;
  readonly vectors: PackedVectors;
  readonly most: number;
}

/** The best rows, by this thread. */
export function findHere({ shape, query, vectors, most }: Scan): FoundRows | UnscoredRow {
  const ranking = new Ranking(shape, query, most);
  ranking.add(0, comparePlainly(shape.format, query, vectors));
  return ranking.finish();
}

/** What was found, for the caller. @throws BadRequestError naming a row that is in no order. */
export function toMatches(found: FoundRows | UnscoredRow): SearchMatch[] {
  if ('unscored' in found) throw notFinite(found.unscored);
  const { indices, scores } = found;
  return Array.from(indices, (index, rank) => ({ index, score: scores[rank] ?? 0 }));
}
