/** Whether two loads of a model had the same content. Pure. */
import type { ModelContent } from '../ports/model-content.js';

/**
 * What keeps two loads from being of one model: the path of a file that differs, or `commit`; undefined when nothing does.
 *
 * Every file that both have must be the same. Weights in two number formats can't be compared, so the commits must agree
 * where both are told.
 */
export function findContentConflict(expected: ModelContent, actual: ModelContent): string | undefined {
  const differing = Object.entries(actual.files).find(
    ([path, hash]) => Object.hasOwn(expected.files, path) && expected.files[path] !== hash,
  );
  if (differing) return differing[0];
  const isCompared = actual.weights.some((path) => Object.hasOwn(expected.files, path));
  const isOther = expected.commit !== undefined && actual.commit !== undefined && expected.commit !== actual.commit;
  return !isCompared && isOther ? 'commit' : undefined;
}

/** Everything that is known after both loads. */
export function mergeContent(expected: ModelContent, actual: ModelContent): ModelContent {
  const commit = expected.commit ?? actual.commit;
  return {
    ...(commit !== undefined && { commit }),
    files: { ...actual.files, ...expected.files },
    weights: [...new Set([...expected.weights, ...actual.weights])],
  };
}
