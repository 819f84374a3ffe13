/** What spaces of the browser's own embedder begin with: no model of this library has one, so neither stands in for the other. */
export const BUILTIN_SPACE = 'chrome-semantic-embedder:';
