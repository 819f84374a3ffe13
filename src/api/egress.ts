/** Text leaving the device: what is asked before, and what is counted. Types only. */

/**
 * Why a provider is asked: to embed text, to compare its vectors with the device's, to take a job that goes on there, or, with
 * `load`, only to say how busy it is, so that equal servers share the work. That carries no text.
 */
export type EgressPurpose = 'embed' | 'parity-probe' | 'job' | 'load';

/**
 * What would leave the device. Asked once for each call, however many HTTP requests it takes; for `load` once for each
 * provider.
 */
export interface EgressRequest {
  /** The kind of API. */
  readonly provider: string;
  /** Where it would go. */
  readonly host: string;
  /** What for. The texts of a `parity-probe` are this library's own. */
  readonly purpose: EgressPurpose;
  /** How many texts; absent for a stream, whose length isn't known. */
  readonly texts?: number;
  /** UTF-8 bytes of the texts; absent for a stream. */
  readonly bytes?: number;
}

/**
 * The app's answer: `true` for this call, `'always'` for this provider as long as the client lives, `false` for no. A no
 * rejects the call with `EgressDeniedError`, unless another target may answer.
 */
export type EgressAnswer = boolean | 'always';

/** One HTTP request that carried text away. */
export interface EgressEvent {
  /** The kind of API. */
  readonly provider: string;
  /** Where it went. */
  readonly host: string;
  /** What for. */
  readonly purpose: EgressPurpose;
  /** Texts in this request; those sent again are counted again. */
  readonly texts: number;
  /** UTF-8 bytes of the texts. */
  readonly bytes: number;
}

/** What has left the device through one client. */
export interface EgressCount {
  /** HTTP requests, retries included. */
  readonly requests: number;
  /** Texts in them. */
  readonly texts: number;
  /** UTF-8 bytes of the texts. */
  readonly bytes: number;
}

/** What has left the device through one client, in all and by host. */
export interface EgressReport extends EgressCount {
  /** The same for each host. */
  readonly hosts: Readonly<Record<string, EgressCount>>;
}
