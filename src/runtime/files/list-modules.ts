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
  if (modules.length === 0) return ['1_Pooling/config.json', 'sentence_bert_config.json'];
  const paths = modules.map((module) =>
    moduleFile(module, module.type.endsWith('Transformer') ? 'sentence_bert_config.json' : 'config.json'),
  );
  return [...new Set(paths)].filter((path) => path !== 'config.json');
}
