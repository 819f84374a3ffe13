/** What is remembered of one model on one device. Types only. */
import type { DeviceVerdict } from '../ports/device-verdict.js';

/** Remembers findings about one model on one device, by dtype. */
export interface VerdictNotes {
  recall(dtype: string): DeviceVerdict | undefined;
  /** Adds to what is known; what the new finding doesn't say stays. */
  remember(dtype: string, finding: DeviceVerdict): void;
}
