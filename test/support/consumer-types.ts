/** A TypeScript project that uses the built package's types, compiled by this repository's compiler. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../scripts/package/paths.js';

/** How a consumer's compiler finds modules. */
export type Resolution = 'bundler' | 'node16';

const OPTIONS: Readonly<Record<Resolution, ts.CompilerOptions>> = {
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
};

/** A project with the package, and with the peers it may use. */
export interface ConsumerProject {
  /** Compiles one file; types of Node aren't there, the libraries are those of Vite's own template. */
  compile(source: string, resolution: Resolution, more?: ts.CompilerOptions): ts.Program;
  /** Copies a folder of this repository to the same place in the project. */
  copy(folder: string): void;
  /** Whether a file is one of the package's. */
  isOurs(fileName: string): boolean;
  remove(): void;
}

/** Makes a project whose `node_modules` has what a packed package has of types, and links to this repository's peers. */
export function createConsumer(peers: readonly string[]): ConsumerProject {
  const dir = mkdtempSync(join(tmpdir(), 'consumer-'));
  const ours = join(dir, 'node_modules/inpage-embeddings');
  mkdirSync(ours, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(ours, 'package.json'));
  cpSync(join(ROOT, 'dist/types'), join(ours, 'dist/types'), { recursive: true });
  for (const peer of peers) {
    const link = join(dir, 'node_modules', peer);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', peer), link, 'junction');
  }
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  return {
    compile: (source, resolution, more) => {
      const file = join(dir, 'main.ts');
      writeFileSync(file, source);
      return ts.createProgram([file], {
        ...OPTIONS[resolution],
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
        types: [],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        ...more,
      });
    },
    copy: (folder) => {
      cpSync(join(ROOT, folder), join(dir, folder), { recursive: true });
    },
    isOurs: (fileName) => fileName.includes(`${sep}inpage-embeddings${sep}dist${sep}`),
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The names of the package's entries, as an app imports them. */
export function listEntries(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: object };
  return Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => entry.replace('.', 'inpage-embeddings'));
}

/** Everything the compiler has to say against a program, one line each. */
export function listErrors(program: ts.Program): string[] {
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => ts.formatDiagnostic(diagnostic, FORMAT).trim());
}

const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};

/** Where a file says `any`, as `file:line`. */
export function findAny(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      found.push(`${file.fileName}:${file.getLineAndCharacterOfPosition(node.pos).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Exported values and types of a module that a program imports as a whole under `name`, whose type is `any`. */
export function findAnyExports(program: ts.Program, entry: string): string[] {
  const checker = program.getTypeChecker();
  const main = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('main.ts'));
  const symbols = main?.statements
    .filter((statement) => ts.isImportDeclaration(statement))
    .map(({ moduleSpecifier }) => moduleSpecifier)
    .filter((specifier) => ts.isStringLiteral(specifier) && specifier.text === entry)
    .flatMap((specifier) => {
      const module = checker.getSymbolAtLocation(specifier);
      return module ? checker.getExportsOfModule(module) : [];
    });
  if (!symbols?.length) throw new Error(`Expected exports of ${entry}, but got none.`);
  return symbols.filter((symbol) => isAny(checker, symbol)).map(({ name }) => `${entry}: ${name}`);
}

function isAny(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const named = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isValue = (named.flags & ts.SymbolFlags.Value) !== 0;
  const type = isValue ? checker.getTypeOfSymbol(named) : checker.getDeclaredTypeOfSymbol(named);
  return (type.flags & ts.TypeFlags.Any) !== 0;
}
