/** Which URL is which endpoint. Pure. */

/** The endpoints of the APIs that are answered. Source: the API documents of OpenAI, Infinity, Nugen and Segmind. */
export type EndpointName =
  'embeddings' | 'models' | 'model' | 'nugen' | 'job-status' | 'job-result' | 'segmind' | 'segmind-job';

/** An endpoint a URL is for. */
export interface Endpoint {
  readonly name: EndpointName;
  /** What comes before the endpoint in the URL, without a slash at its end. */
  readonly root: string;
  /** The model, or the request's id, that the path names; else empty. */
  readonly argument: string;
}

/** Before the endpoint, then what it names. */
const FIXED: readonly (readonly [name: EndpointName, path: RegExp])[] = [
  ['embeddings', /^(.*)\/v1\/embeddings$/],
  ['models', /^(.*)\/v1\/models$/],
  ['model', /^(.*?)\/v1\/models\/(.+)$/],
  ['nugen', /^(.*)\/api\/v3\/inference\/embeddings$/],
  ['job-status', /^(.*)\/v2\/requests\/([^/]+)\/status$/],
  ['job-result', /^(.*)\/v2\/requests\/([^/]+)$/],
];

/** Segmind's paths end in a model's name, and so could any. */
const NAMED: readonly (readonly [name: EndpointName, path: RegExp])[] = [
  ['segmind', /^(.*?)\/v1\/(.+)$/],
  ['segmind-job', /^(.*?)\/v2\/(.+)$/],
];

/** What endpoints are below. */
export interface Base {
  readonly origin: string;
  /** Empty, or begins with a slash; ends without one. */
  readonly path: string;
}

/**
 * The endpoint a URL is for; undefined for any other. Queries, and slashes at the end, don't matter.
 *
 * @param base - what the endpoints are below. Absent: anything.
 */
export function findEndpoint(url: URL, base?: Base): Endpoint | undefined {
  const whole = url.pathname.replace(/\/+$/, '');
  if (base && (url.origin !== base.origin || !whole.startsWith(`${base.path}/`))) return undefined;
  const path = whole.slice(base?.path.length ?? 0);
  for (const [name, pattern] of [...FIXED, ...NAMED]) {
    const [, before, argument = ''] = pattern.exec(path) ?? [];
    if (before === undefined || (base && before !== '')) continue;
    return { name, root: url.origin + (base?.path ?? '') + before, argument: decode(argument) };
  }
  return undefined;
}

/** Whether an endpoint is one only if its path names a model that is known. */
export function isNamedByModel({ name }: Endpoint): boolean {
  return name === 'segmind' || name === 'segmind-job';
}

/** Whether an endpoint is one of Segmind's. */
export function isSegminds(endpoint: Endpoint): boolean {
  return isNamedByModel(endpoint) || endpoint.name === 'job-status' || endpoint.name === 'job-result';
}

/** What endpoints are below, where an app gives the URL as its SDK takes it, with or without `/v1`. */
export function findBase({ origin, pathname }: URL): Base {
  return { origin, path: pathname.replace(/\/+$/, '').replace(/\/v1$/, '') };
}

/** Models' names with slashes come encoded or not. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
