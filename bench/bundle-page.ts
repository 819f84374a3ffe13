/** Bundles what runs in the browser besides the library, which the page imports as it was built. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Writes `bench-page.js`, `baseline-worker.js` and `search-page.js` into a folder. */
export async function bundlePage(outputDir: string): Promise<void> {
  await Promise.all(['bench-page', 'baseline-worker', 'search-page'].map((name) => bundle(name, outputDir)));
}

/** Without the build's alias and conditions: the baseline is transformers.js as any bundler would take it. */
async function bundle(name: string, outputDir: string): Promise<void> {
  const build = await rolldown({
    input: fileURLToPath(new URL(`page/${name}.ts`, import.meta.url)),
    platform: 'browser',
    external: ['inpage-embeddings', 'inpage-embeddings/search'],
    tsconfig: false,
  });
  await build.write({ file: join(outputDir, `${name}.js`), format: 'esm', minify: true, codeSplitting: false });
  await build.close();
}
