/** What processes hold, as the system counts it. Linux only. */
import { readFileSync } from 'node:fs';

/** Process → bytes that it shares with no other; a process nobody tells of is absent. Source: proc(5), `status`. */
export function readPrivateBytes(processIds: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    processIds.flatMap((id): [number, number][] => {
      const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readStatus(id))?.[1];
      return kilobytes === undefined ? [] : [[id, Number(kilobytes) * 1024]];
    }),
  );
}

function readStatus(id: number): string {
  try {
    return readFileSync(`/proc/${id}/status`, 'utf8');
  } catch {
    return '';
  }
}
