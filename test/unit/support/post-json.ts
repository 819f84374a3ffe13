/** Requests to the provider server. */
import { LANE_KEY } from '../../support/provider-server/wire.js';

/** An answer; `json` is undefined when the body is none. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** The lane's key as a bearer token. */
export function bearer(): Record<string, string> {
  return { authorization: `Bearer ${LANE_KEY}` };
}

/** The lane's key as Segmind takes it. */
export function xApiKey(): Record<string, string> {
  return { 'x-api-key': LANE_KEY };
}

/** Posts JSON. Rejects as `fetch` does; redirects aren't followed. */
export async function postJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  signal?: AbortSignal,
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
