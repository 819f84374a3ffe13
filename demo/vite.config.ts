/** How the demo is built and served. It uses the package by its public name, as any app would. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

/** The browser itself keeps every promise about other origins: it refuses requests to them, the worker's included. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Works under any path of a static server.
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A worker or a model inside a data: URL couldn't be cached, and the policy refuses it.
    assetsInlineLimit: 0,
  },
  // Pre-bundling would move the library away from the files beside it.
  optimizeDeps: { exclude: ['inpage-embeddings'] },
  preview: { headers: { 'Content-Security-Policy': POLICY } },
  plugins: [
    {
      name: 'content-security-policy',
      // The dev server adds scripts and styles of its own.
      apply: 'build',
      transformIndexHtml: () => [
        { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
      ],
    },
  ],
});

export default config;
