/** What TypeScript writes into the kernel's memory, held against what AssemblyScript reads there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../../../scripts/package/paths.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { Arena, type Field } from '../../../../../src/runtime/kernel/wasm/arena.js';
import { SATURATING } from '../../../../../src/runtime/kernel/wasm/dot-kind.js';
import type { KernelExports } from '../../../../../src/runtime/kernel/wasm/kernel-module.js';
import { packEncoder } from '../../../../../src/runtime/kernel/wasm/pack-encoder.js';
import { layOutWorkspace, measureWorkspace } from '../../../../../src/runtime/kernel/wasm/workspace.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder } from '../../../../support/random-encoder.js';

const FOLDER = join(ROOT, 'src/runtime/kernel/wasm');

/** AssemblyScript is TypeScript to a parser. */
function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(FOLDER, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** `name: kind` of each field, in order, by structure. */
function readStructs(): Map<string, string[]> {
  const structs = parse('assembly/structs.ts').statements.filter(ts.isClassDeclaration);
  const pointers = ['usize', ...structs.flatMap(({ name }) => (name ? [name.text, `${name.text} | null`] : []))];
  const kindOf = (type = ''): string => {
    if (type === 'f32') return 'float';
    // Of four bytes: what is smaller or larger moves all fields behind it.
    if (type === 'i32' || pointers.includes(type)) return 'integer';
    throw new Error(`Expected fields of four bytes, got a ${type}.`);
  };
  return new Map(
    structs.map(({ name, members }) => [
      name?.text ?? '',
      members
        .filter(ts.isPropertyDeclaration)
        .map((member) => `${member.name.getText()}: ${kindOf(member.type?.getText())}`),
    ]),
  );
}

/** Notes the structures that are written. */
class RecordingArena extends Arena {
  readonly structs: string[][] = [];

  override struct(fields: Readonly<Record<string, Field>>): number {
    this.structs.push(
      Object.entries(fields).map(([name, field]) => `${name}: ${typeof field === 'number' ? 'integer' : 'float'}`),
    );
    return super.struct(fields);
  }
}

/** All that a kernel is given for an encoder. */
function recordStructs(): string[][] {
  const arena = new RecordingArena(new WebAssembly.Memory({ initial: 1 }), 64);
  const nothing = (): number => 0;
  const kernel = { packPanels: nothing, markLarge: nothing } as unknown as KernelExports;
  const { model, outputName, maxTokens } = makeRandomEncoder({ kind: 'q8', layers: 1, norms: 'before' });
  const encoder = recognizeEncoder(readGraph(model), { outputName, maxTokens });
  packEncoder({ kernel, arena, dot: SATURATING }, encoder);
  layOutWorkspace(arena, measureWorkspace(encoder, maxTokens), SATURATING);
  return arena.structs;
}

describe('the kernel finds in memory', () => {
  const written = recordStructs();
  const structs = readStructs();

  test.each([...structs.keys()])('a %s with the fields that it reads, in their order', (name) => {
    expect(written).toContainEqual(structs.get(name));
  });

  test('no other structures', () => {
    for (const struct of written) expect([...structs.values()]).toContainEqual(struct);
  });

  test('each number where its structure has it', () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1 }), 64);
    const address = arena.struct({ first: 7, second: { float: 0.5 }, third: 2 ** 32 - 1 });
    expect([...arena.integers(address, 3)]).toEqual([7, 0x3f000000, -1]);
    expect(arena.floats(address, 3)[1]).toBe(0.5);
  });
});

/** Parameters' names of a function, by its name. */
function readParameters(nodes: Iterable<ts.Node>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const node of nodes) {
    if (!ts.isFunctionDeclaration(node) && !ts.isMethodSignature(node)) continue;
    found.set(
      node.name?.getText() ?? '',
      node.parameters.map(({ name }) => name.getText()),
    );
  }
  return found;
}

test('the kernel is called with the parameters that its functions have', () => {
  const index = parse('assembly/index.ts');
  const functions = readParameters(index.statements);
  for (const statement of index.statements.filter(ts.isExportDeclaration)) {
    const { exportClause: clause, moduleSpecifier: from } = statement;
    if (!clause || !ts.isNamedExports(clause) || !from || !ts.isStringLiteral(from)) continue;
    const own = readParameters(parse(join('assembly', `${from.text}.ts`)).statements);
    for (const { name, propertyName } of clause.elements) {
      functions.set(name.text, own.get((propertyName ?? name).text) ?? []);
    }
  }
  const types = parse('kernel-module.ts').statements.filter(ts.isInterfaceDeclaration);
  const called = readParameters(types.find(({ name }) => name.text === 'KernelExports')?.members ?? []);
  expect(called.size).toBeGreaterThan(0);
  expect(called).toEqual(functions);
});
