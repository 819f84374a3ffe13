/**
 * A `fetch` that this page's client answers, in the APIs of OpenAI, Infinity, Nugen and Segmind.
 *
 * @packageDocumentation
 */
export { createFetch } from './create-fetch.js';
export type { FetchClient, FetchOptions } from './fetch-options.js';
