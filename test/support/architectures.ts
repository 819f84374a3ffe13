/** Small graphs as real exporters write them, with their vectors, where they lie beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/package/paths.js';

const FOLDER = join(ROOT, '../shared/models/architectures');

/** One graph, and the vectors its framework makes of some token arrays. */
export interface Architecture {
  readonly name: string;
  readonly ids: readonly (readonly number[])[];
  readonly embeddings: readonly (readonly number[])[];
}

interface Golden {
  readonly ids: number[][];
  readonly models: Readonly<Record<string, { readonly embeddings: number[][] }>>;
}

/** All of them; none on a machine without the folder. */
export function readArchitectures(): Architecture[] {
  const file = join(FOLDER, 'golden.json');
  if (!existsSync(file)) return [];
  const { ids, models } = JSON.parse(readFileSync(file, 'utf8')) as Golden;
  return Object.entries(models).map(([name, { embeddings }]) => ({ name, ids, embeddings }));
}

/** URL prefix → folder, as a hub has them: `architectures/${name}` is the model. */
export function listArchitectureFolders(): Record<string, string> {
  const entries = readArchitectures().map(({ name }): [string, string] => [
    `/architectures/${name}/resolve/main/`,
    join(FOLDER, name),
  ]);
  return Object.fromEntries(entries);
}
