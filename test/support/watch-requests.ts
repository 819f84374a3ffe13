/** Sees every request that the page makes to one host, answered or not. */
import { onTestFinished } from 'vitest';

/** URLs of requests to `host` from now on, also those that failed; it tells once the browser has noted them. */
export function watchRequests(host: string): () => Promise<string[]> {
  const seen: string[] = [];
  const note = (entries: PerformanceEntryList): void => {
    seen.push(...entries.map(({ name }) => name).filter((name) => new URL(name).host === host));
  };
  const observer = new PerformanceObserver((list) => {
    note(list.getEntries());
  });
  observer.observe({ type: 'resource' });
  onTestFinished(() => {
    observer.disconnect();
  });
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    note(observer.takeRecords());
    return seen;
  };
}
