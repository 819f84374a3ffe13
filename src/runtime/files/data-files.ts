/** The files of their own that weights may lie in besides. Pure. */
import { ModelLoadError } from '../../errors/errors.js';
import { listExternalFiles } from '../onnx/external-data.js';
import { failure } from './file-errors.js';

/** A file that holds some of a model's weights. */
export interface DataFile {
  /** As the graph spells it. */
  readonly location: string;
  /** Under the model's own folder. */
  readonly path: string;
  readonly minBytes: number;
}

/** Files of 2 GB each make a model far beyond any page; a graph or a config that says more is damaged, or means harm. */
const MAX_FILES = 100;

/** A file's name, or one in folders beneath, of characters that stay in the path of a URL. */
const LOCATION = /^(?!\.{1,2}(\/|$))[^/\\?#:\p{Cc}]+(\/(?!\.{1,2}(\/|$))[^/\\?#:\p{Cc}]+)*$/u;

/**
 * The files the graph itself names.
 *
 * @param weightsPath - of the graph's file; what it names lies beside it.
 * @throws ModelLoadError `model_unsupported` for a place outside of the graph's folder, and for absurdly many files.
 *   `model_file_damaged` when the weights aren't an ONNX model; `url` names them.
 */
export function listDataFiles(weights: Uint8Array, weightsPath: string, url: string): readonly DataFile[] {
  const files = readExternalFiles(weights, url);
  if (files.length > MAX_FILES) throw tooMany(url, files.length);
  const folder = weightsPath.replace(/[^/]*$/, '');
  return files.map(({ location, minBytes }) => {
    const plain = location.replace(/^(\.\/)+/, '');
    if (LOCATION.test(plain)) return { location, path: folder + plain, minBytes };
    const message = `Did not load ${url}: its weights are said to lie in a file outside of its own folder. Use an export whose data lies beside it.`;
    throw new ModelLoadError('model_unsupported', message, { url });
  });
}

/**
 * How many files of their own the weights at `path` have besides, as config.json announces them.
 *
 * @throws ModelLoadError `model_unsupported` for an absurd number.
 */
export function countDataFiles(config: unknown, path: string): number {
  const { 'transformers.js_config': settings } = config as {
    readonly 'transformers.js_config'?: { readonly use_external_data_format?: unknown } | null;
  };
  const setting = settings?.use_external_data_format ?? 0;
  const byName = typeof setting === 'object' ? (setting as Record<string, unknown>) : undefined;
  const count = Number(byName ? (byName[path.replace(/.*\//, '')] ?? byName['model'] ?? 0) : setting);
  if (Number.isInteger(count) && count >= 0 && count <= MAX_FILES) return count;
  throw tooMany(path, count);
}

/** @throws ModelLoadError `model_file_damaged` when a data file is shorter than the graph says. */
export function checkDataFile(bytes: Uint8Array, { minBytes }: DataFile, url: string): void {
  if (bytes.length >= minBytes) return;
  const what = `expected at least ${String(minBytes)} bytes, as the model's graph says, got ${String(bytes.length)}`;
  throw failure('model_file_damaged', url, what);
}

function readExternalFiles(weights: Uint8Array, url: string): ReturnType<typeof listExternalFiles> {
  try {
    return listExternalFiles(weights);
  } catch (cause) {
    const what = `${String(weights.length)} bytes came, but they aren't a whole ONNX model`;
    throw failure('model_file_damaged', url, what, cause);
  }
}

function tooMany(url: string, count: number): ModelLoadError {
  const message = `Did not load ${url}: its weights are said to lie in ${String(count)} files, and at most ${String(MAX_FILES)} are loaded. Check the export.`;
  return new ModelLoadError('model_unsupported', message, { url });
}
