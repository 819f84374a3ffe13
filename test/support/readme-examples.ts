/** The README's examples, each with what it leaves to its reader, as modules that compile and run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../scripts/package/paths.js';

/** One block of code. */
export interface Example {
  /** Its number and first line. */
  readonly name: string;
  readonly code: string;
}

/** What the README says in words, or in an example before: a name and what makes it. */
const GIVEN: Readonly<Record<string, string>> = {
  EmbeddingClient: `import { EmbeddingClient } from 'inpage-embeddings';`,
  NoteSearch: `import { NoteSearch } from './demo/recipes/orama.js';`,
  openaiCompatible: `import { openaiCompatible } from 'inpage-embeddings/providers';`,
  model: `const model = 'text-embedding-3-small';`,
  Document: `import { Document } from '@langchain/core/documents';`,
  client: `const client = new EmbeddingClient();`,
  signal: `const { signal } = new AbortController();`,
  abortSignal: `const abortSignal = new AbortController().signal;`,
  notes: `const notes = ['Boil the rice', 'The train leaves at noon'];`,
  passages: `const passages = ['Boil the rice', 'The train leaves at noon'];`,
  texts: `const texts = ['Boil the rice', 'The train leaves at noon'];`,
  documents: `const documents = [new Document({ pageContent: 'Boil the rice' })];`,
  note: `const note = 'Boil the rice. The train leaves at noon.';`,
  question: `const question = 'When does the train leave?';`,
  bar: `const bar = (share: number): void => { document.title = String(share); };`,
  save: `const save = (index: number, vector: readonly number[]): void => { document.title = String(index + vector.length); };`,
  readNotes: `function* readNotes(): Generator<string> { yield 'Boil the rice'; }`,
  getToken: `const getToken = (): Promise<string> => Promise.resolve('token');`,
  key: `const key = 'key';`,
};

/** What a name's own line needs. */
const NEEDS: Readonly<Record<string, string[]>> = { client: ['EmbeddingClient'], documents: ['Document'] };

/** The blocks of TypeScript, in their order. */
export function readExamples(): Example[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return Array.from(readme.matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, code = ''], index) => ({
    name: `${String(index + 1)}: ${code.split('\n')[0] ?? ''}`,
    code,
  }));
}

/** The example as a module: what it leaves out comes after its imports. */
export function completeExample({ code }: Example): string {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const own = listDeclared(file);
  const used = listUsed(file).filter((name) => name in GIVEN && !own.has(name));
  const needed = used.flatMap((name) => NEEDS[name] ?? []).filter((name) => !own.has(name));
  const lines = [...new Set([...needed, ...used])].map((name) => GIVEN[name]);
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const end = imports.at(-1)?.end ?? 0;
  const isImport = (line = ''): boolean => line.startsWith('import ');
  return [
    ...lines.filter(isImport),
    code.slice(0, end),
    ...lines.filter((line) => !isImport(line)),
    code.slice(end),
    'export {};',
  ].join('\n');
}

/** Names that a file imports or declares for all of itself. */
function listDeclared(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    if (ts.isFunctionDeclaration(statement) && statement.name) add(statement.name);
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    if (clause?.name) add(clause.name);
    if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings)) {
      for (const { name } of clause.namedBindings.elements) add(name);
    }
  }
  return names;
}

/** Names that a file mentions, but those of properties. */
function listUsed(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    const isProperty =
      (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
    if (ts.isIdentifier(node) && !isProperty) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return names;
}
