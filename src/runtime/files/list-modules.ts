/** Which modules a model is made of, and where each keeps its files. Pure. */
import { ModelLoadError } from '../../errors/errors.js';

/** One module of a model, in the order they are applied. */
export interface ModuleEntry {
  /** The last part of its type, such as `Pooling`. */
  readonly type: string;
  /** Its folder; empty for the model's own. */
  readonly path: string;
}

/** A folder under the model's own, of plain names. */
const FOLDER = /^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/;

/**
 * The modules that the content of modules.json names; none when there is no such file, or it isn't a list.
 *
 * @throws ModelLoadError `model_unsupported` for a path that leads out of the model's folder.
 *
 * Source: sentence-transformers 2 to 6, `modules.json`; folders are named after index and type where no path is given.
 */
export function listModules(content: unknown): readonly ModuleEntry[] {
  const entries: readonly unknown[] = Array.isArray(content) ? content : [];
  return entries.map((entry, index) => {
    const { type, path } = (entry ?? {}) as { readonly type?: unknown; readonly path?: unknown };
    const name = String(type).split('.').at(-1) ?? '';
    const given = typeof path === 'string' ? path : index === 0 ? '' : `${String(index)}_${name}`;
    const folder = given.replace(/^\.(\/|$)/, '');
    if (folder === '' || FOLDER.test(folder)) return { type: name, path: folder };
    const message = `The model's modules.json puts '${name}' outside of the model's folder. Use another model.`;
    throw new ModelLoadError('model_unsupported', message, { param: 'model' });
  });
}

/** The transformer's own settings: how much of a text it takes, and how. */
export const TRANSFORMER_SETTINGS = 'sentence_bert_config.json';

/** Kinds of models whose settings had names of their own. Source: sentence-transformers 2 to 6, `Transformer.load`. */
const FORMER_KINDS: readonly unknown[] = ['roberta', 'distilbert', 'camembert', 'albert', 'xlm-roberta', 'xlnet'];

/**
 * Where the transformer's settings lie in models of 2020, when each kind had a class of its own, and where there are none at
 * `path`; undefined for what is no such file, or no such kind.
 *
 * @param config - the content of config.json.
 */
export function nameFormerSettings(path: string, config: unknown): string | undefined {
  const { model_type: kind } = config as { readonly model_type?: unknown };
  if (!path.endsWith(TRANSFORMER_SETTINGS) || !FORMER_KINDS.includes(kind)) return undefined;
  return path.replace(/bert(?=_config\.json$)/, String(kind));
}

/** The path of a module's file. */
export function moduleFile({ path }: Pick<ModuleEntry, 'path'>, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/**
 * The small files that say how the modules work, without those that every model is asked for. Any may be missing: a module
 * without settings has none.
 */
export function listModuleFiles(content: unknown): readonly string[] {
  const modules = listModules(content);
  if (modules.length === 0) return ['1_Pooling/config.json', TRANSFORMER_SETTINGS];
  const paths = modules.map((module) =>
    moduleFile(module, module.type.endsWith('Transformer') ? TRANSFORMER_SETTINGS : 'config.json'),
  );
  return [...new Set(paths)].filter((path) => path !== 'config.json');
}
