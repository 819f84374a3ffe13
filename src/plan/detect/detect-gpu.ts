/** Asks the browser for its GPU, which some answer with a warning in the console. So it is asked only when one may be used. */
import type { GpuCapability } from '../capability.js';

/** What is used of WebGPU; TypeScript's own library doesn't have it. Source: WebGPU specification. */
interface GpuNavigator {
  readonly gpu?: { requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null> };
}
interface Adapter {
  readonly features: ReadonlySet<string>;
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/** Names by which software adapters go where they don't say so themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** A browser that says nothing for so long has no GPU for us. */
const GPU_TIMEOUT_MS = 10_000;

/** The adapter that ONNX Runtime would take; null when there is none. Never rejects. */
export async function detectGpu(): Promise<GpuCapability | null> {
  const { gpu } = (typeof navigator === 'object' ? navigator : {}) as GpuNavigator;
  if (!gpu) return null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, GPU_TIMEOUT_MS, null);
  });
  try {
    const adapter = await Promise.race([gpu.requestAdapter({ powerPreference: 'high-performance' }), timeout]);
    return adapter && describeAdapter(adapter);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function describeAdapter({ features, info }: Adapter): GpuCapability {
  const { vendor = '', architecture = '', description = '', isFallbackAdapter = false } = info ?? {};
  return {
    vendor,
    architecture,
    description,
    isSoftware: isFallbackAdapter || SOFTWARE.test(`${architecture} ${description}`),
    shaderF16: features.has('shader-f16'),
  };
}
