/** What the vectors of a job have in common: their space, and the very files they were computed by. Pure. */
import { IntegrityError, SpaceMismatchError } from '../errors/errors.js';
import { findContentConflict, mergeContent } from '../models/compare-content.js';
import type { JobRecord } from './job-record.js';
import { isRows, type StoredPart } from './stored-part.js';

/** What is stored of it with the job. */
export type JobOrigin = Pick<JobRecord, 'space' | 'content'>;

/**
 * The origin of a job's vectors with those of another part.
 *
 * @throws SpaceMismatchError when they are of another space than those stored before; IntegrityError `content_changed` when
 *   the model's files were others: the space of a known model names its branch, which may have moved between two visits.
 */
export function joinOrigin({ space, content }: JobOrigin, part: StoredPart): JobOrigin {
  for (const rows of part.filter(isRows)) {
    if (space !== undefined && space !== rows.space) throw new SpaceMismatchError(space, rows.space);
    space = rows.space;
    if (!rows.content) continue;
    const conflict = content && findContentConflict(content, rows.content);
    if (conflict !== undefined) throw changed(conflict);
    content = content ? mergeContent(content, rows.content) : rows.content;
  }
  return { ...(space !== undefined && { space }), ...(content && { content }) };
}

function changed(conflict: string): IntegrityError {
  const message = `Expected the model's files that this job was begun with, but ${conflict} is another: the hub's branch moved, and its vectors wouldn't belong together. Make a new job of its texts; or resume this one once the hub serves the former files again.`;
  return new IntegrityError('content_changed', message, { param: 'revision' });
}
