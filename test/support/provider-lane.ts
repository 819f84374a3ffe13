/** A lane of the provider server as a page speaks to it: over HTTP. */
import type { Lane, LaneLog } from './provider-server/wire.js';

export { expectedVector } from './provider-server/vector.js';
export { LANE_KEY, type Lane } from './provider-server/wire.js';

/** A new lane that no other test shares. */
export function openLane(providerUrl: string): Lane {
  const url = `${providerUrl}/lane-${crypto.randomUUID()}`;
  return {
    url,
    script: async (faults, settings) => {
      await send(`${url}/__script`, { faults, settings });
    },
    log: () => send(`${url}/__log`),
    reset: async () => {
      await send(`${url}/__reset`, {});
    },
  };
}

async function send(url: string, body?: unknown): Promise<LaneLog> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`Expected the lane to answer, but ${url} has status ${response.status}.`);
  return (await response.json()) as LaneLog;
}
