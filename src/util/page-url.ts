/** What relative URLs of an app are relative to. */

/** The absolute URL; a relative one begins at the page, or in a worker at its script. Undefined when it is none. */
export function resolveUrl(value: string): URL | undefined {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI: string };
    readonly location?: { readonly href: string };
  };
  try {
    // Safari 16 has no `URL.canParse()`.
    return new URL(value, document?.baseURI ?? location?.href);
  } catch {
    return undefined;
  }
}

/**
 * The absolute URL of a folder, with a slash at its end. A relative one is resolved as `fetch` and `<script>` do: against
 * `<base href>` where the page has one, and in a frame without an address of its own, as `srcdoc` makes, against the page
 * around it.
 */
export function resolveFolder(url: string): URL {
  return new URL(url.replace(/\/?$/, '/'), typeof document === 'undefined' ? location.href : document.baseURI);
}
