/** All files of one model, fetched and checked together. Knows the hub's layout, not what is in the files. */
import type { Dtype } from '../../api/vocabulary.js';
import { findContentConflict } from '../../models/compare-content.js';
import type { ModelContent } from '../../ports/model-content.js';
import { IntegrityError, isEmbeddingError } from '../../errors/errors.js';
import type { HubSource, LoadProgress, LoadRequest } from '../../ports/worker-api.js';
import { checkRoom } from './check-room.js';
import { checkDataFile, countDataFiles, listDataFiles, type DataFile } from './data-files.js';
import { denied, missing, webPage, type FileKind } from './file-errors.js';
import { listModuleFiles, nameFormerSettings } from './list-modules.js';
import { ModelFetcher, type ReadRules } from './model-fetcher.js';
import { listCandidates, type WeightsCandidate } from './weights-name.js';

/** Files that say how a model is to be used; a model may lack any of them. Source: sentence-transformers 5, `save()`. */
const OPTIONAL_JSON = ['config_sentence_transformers.json'] as const;

/** What a runtime asks of a model's files. */
export interface FileRules {
  /**
   * Called with the content of config.json and a file's path before that file's content is downloaded. What it throws ends
   * the download.
   */
  readonly accept?: (config: unknown, path: string) => void;
  /**
   * Called as soon as the tokenizer's files are there, while the weights are on their way. What it throws ends the download.
   */
  readonly acceptTokenizer?: (files: Pick<ModelFiles, 'bytes' | 'url'>) => void;
  /** Called when the weights lie in so many files besides, before they are downloaded. What it throws ends the download. */
  readonly acceptData?: (files: number) => void;
}

/** The checked files of one model. */
export interface ModelFiles {
  /** Path → content. The weights' buffers are large: whoever has used one deletes it. */
  readonly bytes: Map<string, Uint8Array<ArrayBuffer>>;
  /** The dtype whose weights were found. */
  readonly dtype: Dtype;
  /** Path of the weights. */
  readonly weightsPath: string;
  /** Lower-case hex SHA-256 of the weights; of weights in several files one for each. */
  readonly weightsHash: string;
  /** The files some of the weights lie in, which the graph names. */
  readonly dataFiles: readonly DataFile[];
  /** The URL of any of the model's files. */
  readonly url: (path: string) => string;
  /** Fetches one more file, which the model may lack; its content is in `bytes` then. @throws like {@link fetchModelFiles} */
  readonly fetchOptional: (path: string, kind: FileKind) => Promise<void>;
  /**
   * What was read, to be asked for when nothing more is fetched; undefined for the bundled model.
   *
   * @throws IntegrityError `content_changed` when it isn't what the request expects.
   */
  readonly readContent: () => Promise<ModelContent | undefined>;
}

/**
 * Fetches every file a model needs, in parallel, with one progress number. Where the hub's branch has moved since the model
 * was first loaded, they come from the commit it was at then.
 *
 * @throws ModelLoadError `model_file_missing`, `model_file_unreachable`, `model_file_damaged`, `authentication_failed` or
 *   `permission_denied`; `url` names the file. IntegrityError `content_changed`. Whatever the rules throw.
 */
export async function fetchModelFiles(
  request: LoadRequest<unknown>,
  rules: FileRules,
  onProgress: (progress: LoadProgress) => void,
): Promise<ModelFiles> {
  let moved: unknown;
  for (const source of listSources(request)) {
    const fetcher: ModelFetcher = new ModelFetcher(
      request,
      source,
      readRules(request, rules, () => fetcher),
      onProgress,
    );
    try {
      const files = await fetchAll(request, rules, fetcher);
      await files.readContent();
      return files;
    } catch (error) {
      fetcher.end();
      // A hub that can't go back to a commit has moved all the same.
      if (moved !== undefined) throw moved;
      if (!isEmbeddingError(error, 'content_changed')) throw error;
      moved = error;
    }
  }
  throw moved;
}

/** The JSON value in a file, or undefined when the model lacks the file. */
export function readJson(files: Pick<ModelFiles, 'bytes'>, path: string): unknown {
  const bytes = files.bytes.get(path);
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}

/** Where to look, in order: as asked, then where it was before the branch moved, or once more if it moved meanwhile. */
function listSources({ source, expected }: LoadRequest<unknown>): (HubSource | undefined)[] {
  if ('bundledUrls' in source) return [undefined];
  const before = expected ? expected.commit : source.revision;
  return [source, ...(before === undefined ? [] : [{ ...source, revision: before }])];
}

function readRules(request: LoadRequest<unknown>, rules: FileRules, fetcher: () => ModelFetcher): ReadRules {
  const { accept } = rules;
  return {
    onSize: (path, kind, sizeBytes) => {
      if (kind === 'binary') checkRoom(sizeBytes, fetcher().url(path), request.room);
    },
    ...(accept && {
      mayRead: async (path) => {
        accept(await fetcher().config(), path);
      },
    }),
  };
}

async function fetchAll(request: LoadRequest<unknown>, rules: FileRules, fetcher: ModelFetcher): Promise<ModelFiles> {
  const [config, , weights] = await Promise.all([
    fetcher.config(),
    fetchTokenizer(rules, fetcher),
    findWeights(request, fetcher),
    ...OPTIONAL_JSON.map((path) => fetcher.optional(path, 'json')),
    fetchModules(fetcher),
  ]);
  const { path, dtype } = weights;
  countDataFiles(config, path);
  const dataFiles = listDataFiles(fetcher.bytes.get(path) ?? new Uint8Array(), path, fetcher.url(path));
  if (dataFiles.length > 0) rules.acceptData?.(dataFiles.length);
  await Promise.all(
    dataFiles.map(async (file) => {
      checkDataFile(await fetcher.require(file.path, 'binary'), file, fetcher.url(file.path));
    }),
  );
  const isWeights = (name: string): boolean => name === path || dataFiles.some((file) => file.path === name);
  return {
    bytes: fetcher.bytes,
    dtype,
    weightsPath: path,
    weightsHash: await fetcher.readHash([path, ...dataFiles.map((file) => file.path)]),
    dataFiles,
    url: (name) => fetcher.url(name),
    fetchOptional: (name, kind) => fetcher.optional(name, kind),
    readContent: async () => {
      const content = await fetcher.readContent(isWeights);
      if (content) checkContent(request, content, fetcher.commits);
      return content;
    },
  };
}

async function fetchTokenizer({ acceptTokenizer }: FileRules, fetcher: ModelFetcher): Promise<void> {
  await Promise.all([fetcher.require('tokenizer.json', 'json'), fetcher.optional('tokenizer_config.json', 'json')]);
  acceptTokenizer?.({ bytes: fetcher.bytes, url: (path) => fetcher.url(path) });
}

/** What the model's modules are, and their settings: which files that are only modules.json says. */
async function fetchModules(fetcher: ModelFetcher): Promise<void> {
  await fetcher.optional('modules.json', 'json-list');
  const paths = listModuleFiles(readJson(fetcher, 'modules.json'));
  await Promise.all(
    paths.map(async (path) => {
      await fetcher.optional(path, 'json');
      const former = fetcher.bytes.has(path) ? undefined : nameFormerSettings(path, await fetcher.config());
      if (former !== undefined) await fetcher.optional(former, 'json');
    }),
  );
}

/** The first candidate the hub has. */
async function findWeights(
  { dtypes, file: name, model }: LoadRequest<unknown>,
  fetcher: ModelFetcher,
): Promise<WeightsCandidate> {
  const tried: string[] = [];
  const candidates = listCandidates(dtypes, name);
  for (const candidate of candidates) {
    const { path } = candidate;
    const file = await fetcher.find(path, 'binary');
    if (file.found) return candidate;
    if (file.why === 'denied') throw denied(fetcher.url(path), file);
    if (file.why === 'page') throw webPage(fetcher.url(path), 'binary', file);
    tried.push(`${path} (${file.came})`);
  }
  throw missing(model, fetcher.url(candidates[0]?.path ?? ''), tried.join(', '));
}

/** Refuses files of several commits, and files that aren't those the model was first loaded from. */
function checkContent(
  { model, expected }: LoadRequest<unknown>,
  content: ModelContent,
  commits: readonly string[],
): void {
  const advice = `To keep the vectors there are, set 'revision' to the commit they were made with; to take the new files, call client.forgetSpace() and embed everything anew.`;
  if (commits.length > 1 && !expected) {
    const message = `Expected all files of '${model}' from one commit, but they came from ${commits.join(' and ')}: its branch moved meanwhile. Call again, or set 'revision' to a commit.`;
    throw new IntegrityError('content_changed', message, { param: 'revision' });
  }
  const conflict = expected && findContentConflict(expected, content);
  if (conflict === undefined) return;
  const what = conflict === 'commit' ? 'its commit is another' : `${conflict} differs`;
  const message = `Expected the files of '${model}' that it was first loaded from${name(expected)}, but the hub gives others${name(content)}: ${what}, so its vectors may be of another space. ${advice}`;
  throw new IntegrityError('content_changed', message, { param: 'revision' });
}

function name(content: ModelContent | undefined): string {
  return content?.commit === undefined ? '' : ` (commit ${content.commit})`;
}
