/**
 * Every name under which this library keeps something in a browser, or tabs of an origin find each other by. They stand in
 * users' browsers: whatever is renamed is lost to them, and whatever changes its form needs a name or a version of its own.
 */

/** In local storage, followed by the app's name for its stored vectors: their space. */
export const SPACE_KEY = 'inpage-embeddings/space/';

/** In local storage, followed by the same name: the files of the model that made them. */
export const CONTENT_KEY = 'inpage-embeddings/content/';

/** In local storage, followed by the model: when its jobs need somebody, in milliseconds since 1970. */
export const JOBS_DUE_KEY = 'inpage-embeddings/jobs/';

/** In local storage, followed by versions and the model: what was found out about devices. */
export const VERDICTS_KEY = 'inpage-embeddings/verdicts/';

/** In local storage, followed by the model: its vectors for the probe texts, whose version the number is. */
export const PROBE_KEY = 'inpage-embeddings/probe/2/';

/** Keys, of any version, of what can be made again: it makes room for what can't. */
export const REMADE_KEYS: RegExp = /^inpage-embeddings\/(probe|verdicts)\//;

/** The IndexedDB database of jobs, one for all models of an origin. */
export const JOBS_DATABASE = 'inpage-embeddings/jobs';

/** Its version, one more with every change to its tables. */
export const JOBS_VERSION = 1;

/** The BroadcastChannel on which clients tell each other the id of a job that was ended from outside. */
export const JOBS_CHANNEL = 'inpage-embeddings/jobs';

/** The Web Lock, followed by a job's id, that whoever works on the job holds. */
export const JOB_LOCK = 'inpage-embeddings/job/';

/** A Web Lock, followed by something nobody else knows, that shows whether locks are granted at all. */
export const PROBE_LOCK = 'inpage-embeddings/probe/';
