/** Has the browser let go of what nobody needs, so that memory can be measured. */

/** Resolves when garbage was collected, in the page and its workers; at once where the page can't ask for it. */
export async function collectGarbage(): Promise<void> {
  const { performance } = globalThis;
  if (!('measureUserAgentSpecificMemory' in performance) || !globalThis.crossOriginIsolated) return;
  // Its answer leaves WASM memory out, but it collects garbage first. Not in TypeScript's types yet.
  // Source: WICG, "Measure Memory API".
  const measure = performance.measureUserAgentSpecificMemory as () => Promise<unknown>;
  await measure.call(performance);
}
