/** When a page is put away with all it holds, and when it is back. */

/**
 * Calls back when the page goes into the back/forward cache or is frozen, and when it returns, until the returned function is
 * called. A page that is away runs nothing, but keeps the locks it holds. Source: HTML standard, page lifecycle; Chromium keeps
 * pages with locks so.
 */
export function watchPageLife(onAway: () => void, onBack: () => void): () => void {
  const watch = new AbortController();
  const { signal } = watch;
  const ifPersisted = (call: () => void) => {
    return (event: PageTransitionEvent): void => {
      if (event.persisted) call();
    };
  };
  addEventListener('pagehide', ifPersisted(onAway), { signal });
  addEventListener('pageshow', ifPersisted(onBack), { signal });
  // A worker has no document.
  if (typeof document === 'object') {
    document.addEventListener('freeze', onAway, { signal });
    document.addEventListener('resume', onBack, { signal });
  }
  return () => {
    watch.abort();
  };
}
