/** The tests: unit in Node, browser in a real Chromium, end to end over the built package and demo. */
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { servePackage } from './test/support/serve-package.js';
import { findBrowser, launchOptions } from './scripts/browser/find-browser.js';

/** No test asserts on time: a busy machine takes ten times as long, and what hangs hangs for longer still. */
const PATIENCE = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } };

/** What the tests of the entries for frameworks, and of the recipes, import. */
const FRAMEWORKS = [
  'ai',
  'ai6',
  '@ai-sdk/provider',
  '@langchain/core/embeddings',
  '@langchain/core/documents',
  '@langchain/classic/vectorstores/memory',
  '@orama/orama',
  'idb',
];

const browserPath = findBrowser();

/** The kernel's parts in a browser started with these arguments. */
function kernelProject(name: string, browserArguments: string[]): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: ['test/kernel/**/*.test.ts'],
      ...PATIENCE,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: launchOptions(browserPath, browserArguments) }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node', ...PATIENCE } },
      {
        plugins: [servePackage()],
        // Found only while tests run, they would be bundled then, and the page reloaded under the tests.
        optimizeDeps: { include: FRAMEWORKS },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/hub.ts', 'test/support/providers.ts'],
          ...PATIENCE,
          // Two cores serve several models badly at once.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions(browserPath) }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // Parts of the source that need a browser's storage, with faults that no app can bring about.
        test: {
          name: 'storage',
          include: ['test/storage/**/*.test.ts'],
          ...PATIENCE,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions(browserPath) }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      kernelProject('kernel', []),
      // As on processors without VNNI, where V8's own instructions saturate.
      kernelProject('kernel-without-vnni', ['--js-flags=--no-enable-avx-vnni --no-enable-avx-vnni-int8']),
      {
        plugins: [servePackage()],
        test: {
          name: 'webgpu',
          include: ['test/webgpu/**/*.test.ts'],
          globalSetup: ['test/support/hub.ts'],
          ...PATIENCE,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            // Without it Chromium has no adapter on a machine without a GPU; with it, one in software.
            provider: playwright({ launchOptions: launchOptions(browserPath, ['--enable-unsafe-webgpu']) }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          ...PATIENCE,
        },
      },
    ],
  },
});
