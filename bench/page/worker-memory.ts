/** What the page's workers hold, as the browser counts it: JavaScript objects and WASM memory. */

/** The part of the browser's answer that is read. Source: WICG, "Measure Memory API". */
interface MemoryMeasurement {
  readonly breakdown: readonly {
    readonly bytes: number;
    readonly attribution: readonly { readonly scope: string }[];
  }[];
}

/** Bytes of all dedicated workers together, after garbage was collected; undefined where the browser doesn't tell. */
export async function measureWorkerBytes(): Promise<number | undefined> {
  const { performance } = globalThis;
  if (!('measureUserAgentSpecificMemory' in performance) || !globalThis.crossOriginIsolated) return undefined;
  // Not in TypeScript's types yet.
  const measure = performance.measureUserAgentSpecificMemory as () => Promise<MemoryMeasurement>;
  const { breakdown } = await measure.call(performance);
  const isWorker = ({ scope }: { readonly scope: string }): boolean => scope === 'DedicatedWorkerGlobalScope';
  return breakdown.reduce((sum, { bytes, attribution }) => (attribution.some(isWorker) ? sum + bytes : sum), 0);
}
