/** The remote providers the browser tests speak to: one server on sockets of its own, so another origin than the page. */
import type { TestProject } from 'vitest/node';
import { startProviderServer } from './provider-server/start.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where `openLane` opens lanes. */
    providerUrl: string;
    /** The origin that scripted redirects lead to. */
    redirectTargetUrl: string;
  }
}

/** Starts the server before the browser tests and ends it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startProviderServer();
  project.provide('providerUrl', server.origin);
  project.provide('redirectTargetUrl', server.redirectOrigin);
  return () => server.close();
}
