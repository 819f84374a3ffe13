/** Which files of `dist/` ship which folders of `src/`. What isn't so fails the build. */
import { relative, sep } from 'node:path';
import { ROOT } from './paths.js';

/** A folder's code goes with whoever needs it. */
export const ANYWHERE = '*';

/**
 * Folders of `src/` → the files, without `.js`, that hold their code; a folder's own line counts before that of the one it
 * is in. `index` is the entry and, of what others share with it, `shared`.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '': ['index'],
  api: [ANYWHERE],
  errors: [ANYWHERE],
  util: [ANYWHERE],
  models: [ANYWHERE],
  ports: ['links', ANYWHERE],
  links: ['links', ANYWHERE],
  client: ['index'],
  'client/calls': ['calls'],
  'client/job-calls': ['jobs'],
  contract: [ANYWHERE],
  route: ['index'],
  'route/trials': ['calls'],
  plan: ['index'],
  'plan/detect': ['calls'],
  runtimes: ['index'],
  'runtimes/workers': ['engine'],
  spaces: ['index', 'engine'],
  'spaces/parity': ['remote'],
  'spaces/parity/known': ['known-probes'],
  egress: ['index', 'remote'],
  'targets/local': ['engine'],
  'targets/builtin': ['builtin'],
  'targets/remote': ['remote'],
  'targets/remote/http': ['providers'],
  'targets/remote/vendors': ['providers'],
  jobs: ['jobs'],
  storage: ['index', 'jobs'],
  chunk: ['chunks'],
  'vectors/search': ['search'],
  'vectors/scan': ['search', 'worker-search'],
  'adapters/fetch': ['fetch', 'requests'],
  'adapters/service-worker': ['service-worker'],
  'adapters/ai-sdk': ['ai-sdk'],
  'adapters/langchain': ['langchain'],
  'runtime/search': ['worker-search'],
  'runtime/kernel': ['worker-kernel'],
  'runtime/onnxruntime': ['worker-wasm', 'worker-webgpu'],
  'runtime/host': ['worker-wasm', 'worker-webgpu', 'worker-kernel'],
  'runtime/files': ['worker-wasm', 'worker-webgpu', 'worker-kernel'],
  'runtime/recipe': ['worker-wasm', 'worker-webgpu', 'worker-kernel'],
  'runtime/tokens': ['worker-wasm', 'worker-webgpu', 'worker-kernel'],
  'runtime/onnx': ['worker-wasm', 'worker-webgpu', 'worker-kernel'],
};

/** The files that apps name, without `.js` → the modules of `src/` they begin with. */
export const ENTRIES: Readonly<Record<string, string>> = {
  index: 'index.ts',
  providers: 'targets/remote/vendors/index.ts',
  fetch: 'adapters/fetch/index.ts',
  'service-worker': 'adapters/service-worker/index.ts',
  search: 'vectors/search/index.ts',
};

/** What is known of a module while files are made of modules, of which this much is needed. */
export interface ModuleLinks {
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
  readonly isEntry: boolean;
}

/**
 * The file for a module of the page: its folder's, where that has one. What several files need is in the one of them that is
 * loaded first: few files, since many small ones compress badly, and each is another request. Undefined for an entry, and for
 * what is needed by a single file, and so is there.
 */
export function chooseFile(id: string, getLinks: (id: string) => ModuleLinks | null): string | undefined {
  const file = locate(id);
  if (file === undefined || Object.values(ENTRIES).includes(file)) return undefined;
  const own = filesOf(file);
  const [first] = own;
  if (first === 'calls') return first;
  const heads = findHeads(id, getLinks);
  if (heads.size < 2) return undefined;
  if (own.includes('requests')) return 'requests';
  if (first === 'links') return first;
  const starts = [...heads].map(locate);
  // A service worker and a search have no client, and so never need what a client's calls do.
  if (starts.some((head) => head === ENTRIES['index'] || head?.startsWith('adapters/'))) return 'shared';
  if (starts.includes(ENTRIES['search'])) return 'links';
  return first === ANYWHERE ? 'calls' : first;
}

/**
 * Sees that a file of `dist/` holds only modules of the folders it is to hold.
 *
 * @param name - the file's, without `.js`.
 * @throws Error that names the module, where it came to, and where its folder belongs.
 */
export function checkFolders(name: string, moduleIds: readonly string[]): void {
  for (const id of moduleIds) {
    const file = locate(id);
    if (file === undefined) continue;
    const allowed = filesOf(file);
    if (allowed.includes(ANYWHERE) || allowed.includes(name === 'shared' ? 'index' : name)) continue;
    const message = `Expected src/${file} in ${allowed.map((bundle) => `${bundle}.js`).join(' or ')}, where its folder belongs, but it came to ${name}.js. Import it from there no more, or move it.`;
    throw new Error(message);
  }
}

/** The modules that files begin with and that come to this one: entries, and what is imported when it is needed. */
function findHeads(id: string, getLinks: (id: string) => ModuleLinks | null): Set<string> {
  const heads = new Set<string>();
  const seen = new Set([id]);
  for (const module of seen) {
    const links = getLinks(module);
    if (links === null) continue;
    if (links.isEntry || links.dynamicImporters.length > 0) heads.add(module);
    for (const importer of links.importers) seen.add(importer);
  }
  return heads;
}

/** The path below `src/`, with slashes; undefined for what isn't ours. */
function locate(id: string): string | undefined {
  const path = relative(ROOT, id).split(sep).join('/');
  return path.startsWith('src/') ? path.slice('src/'.length) : undefined;
}

function filesOf(file: string): readonly string[] {
  for (let folder = file; ;) {
    folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
    const files = FOLDERS[folder];
    if (files) return files;
    if (folder === '') throw new Error(`Expected a line for the folder of src/${file} in bundle-folders.ts.`);
  }
}

/** The file, without `.js`, of a module that others load when they need it: its folder's. */
export function fileOf(id: string): string | undefined {
  const file = locate(id);
  return file === undefined ? undefined : filesOf(file)[0];
}
