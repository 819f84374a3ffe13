/**
 * A route of a service worker whose requests the open pages of a site answer.
 *
 * @packageDocumentation
 */
export { createRoute, type RouteEvent, type RouteOptions } from './create-route.js';
export { serveEmbeddings, type ServeOptions } from './serve-embeddings.js';
