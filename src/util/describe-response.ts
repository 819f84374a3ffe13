/** What a server sent instead of what was asked for, in words for messages. */

/** Status and type of a response, such as `HTTP 404, text/html`. */
export function describeResponse(response: Response): string {
  const type = response.headers.get('content-type') ?? 'no content type';
  return `HTTP ${String(response.status)}, ${type}`;
}
