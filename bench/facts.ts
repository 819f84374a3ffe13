/** What a reader must know to judge the numbers: machine, browser, versions. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { BrowserPage, OpenBrowser } from './browser.js';
import { ROOT } from '../scripts/package/paths.js';
import type { BenchModel } from './models.js';
import type { BenchTexts } from './texts.js';

/** Fact → value, in the order they are shown. */
export type Facts = Readonly<Record<string, string>>;

/** The facts of one run. `loadBefore` is the machine's load before the benchmark made its own. */
export async function collectFacts(
  browser: Pick<OpenBrowser, 'description'>,
  page: BrowserPage,
  model: BenchModel,
  { source }: BenchTexts,
  loadBefore: number,
): Promise<Facts> {
  const { isIsolated, cores } = await page.evaluate(() => ({
    isIsolated: globalThis.crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
  }));
  const { id, dtype, maxTokens } = model.setup;
  return {
    browser: browser.description,
    cores: `${cores} (${cpus()[0]?.model ?? 'unknown'}), load before the run ${loadBefore.toFixed(2)}`,
    'cross-origin isolated': isIsolated ? 'yes' : 'no',
    baseline: `transformers.js ${readVersion('@huggingface/transformers')}, its default ONNX Runtime build (asyncify), device wasm`,
    'ONNX Runtime': readVersion('onnxruntime-web'),
    model: `${id}, ${dtype}${maxTokens === undefined ? '' : `, texts cut at ${maxTokens} tokens`}`,
    texts: `${source}; the words' order changes every round`,
  };
}

/** The load averages of a platform that has none are 0. */
export function readLoad(): number {
  return loadavg()[0] ?? 0;
}

function readVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
