/**
 * Holds a client to the content its model had when it was first loaded, so that workers, pages and stored vectors never mix
 * two states of a branch.
 */
import { findContentConflict, mergeContent } from '../../models/compare-content.js';
import type { ModelContent } from '../../ports/model-content.js';
import { IntegrityError } from '../../errors/errors.js';
import { readObject, writeObject } from '../../storage/local-store.js';
import { CONTENT_KEY } from '../../storage/names.js';
import { sha256 } from '../../util/sha256.js';

/** What a client's vectors were made from. */
interface Pinned {
  readonly content: ModelContent;
  /** What tells the model's content from any other in its space: a commit or a hash. */
  readonly identity: string;
  /** The space of its whole vectors. */
  readonly space: string;
}

/** What a pin follows. */
export interface ContentPinSettings {
  /** The app's name for its stored vectors. Absent: nothing is kept beyond this client. */
  readonly spaceName: string | undefined;
  /** The space the client's vectors must be of, with their width or without; undefined when there are none. */
  readonly bound: () => string | undefined;
}

/** The content one client's workers have in common. */
export class ContentPin {
  readonly #settings: ContentPinSettings;
  /** Undefined where nothing is kept. */
  readonly #key: string | undefined;
  /** Workers that run on what is pinned, and calls that have vectors of it. */
  #holders = 0;
  #pinned: Pinned | undefined;

  constructor(settings: ContentPinSettings) {
    const { spaceName } = settings;
    this.#settings = settings;
    this.#key = spaceName === undefined ? undefined : CONTENT_KEY + spaceName;
  }

  /** What the next worker has to load; undefined when nothing depends on it. */
  get expected(): ModelContent | undefined {
    return this.#find()?.content;
  }

  /** What tells the content that was loaded last from any other: a commit or a hash; '' before. */
  get identity(): string {
    return this.#pinned?.identity ?? '';
  }

  /** What everything that was loaded is made of; undefined before, and for the bundled model. */
  get content(): ModelContent | undefined {
    return this.#pinned?.content;
  }

  /** Keeps what is pinned, also without a worker, until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
    };
  }

  /**
   * Takes in what a worker has loaded: the first one decides.
   *
   * @param describe - the space of its whole vectors by the identity of its content.
   * @param ended - when the worker is gone.
   * @throws IntegrityError `content_changed` when another worker has decided otherwise meanwhile.
   */
  async take(content: ModelContent, describe: (identity: string) => string, ended: Promise<unknown>): Promise<void> {
    const own = content.commit ?? (await identify(content));
    const pinned = this.#find();
    const conflict = pinned && findContentConflict(pinned.content, content);
    if (conflict !== undefined) throw changed(conflict);
    const identity = pinned?.identity ?? own;
    this.#pinned = {
      content: pinned ? mergeContent(pinned.content, content) : content,
      identity,
      space: pinned?.space ?? describe(identity),
    };
    void ended.finally(this.hold());
    // Where it can't be kept, the space itself still tells one commit from another.
    if (this.#key !== undefined) writeObject(this.#key, this.#pinned);
  }

  /** As long as a worker runs or a call is under way, or vectors of its space are there. */
  #find(): Pinned | undefined {
    const bound = this.#settings.bound();
    const pinned = this.#pinned ?? this.#recall();
    const isBound = pinned?.space === bound || (bound !== undefined && pinned?.space.startsWith(`${bound};`) === true);
    return this.#holders > 0 || isBound ? pinned : undefined;
  }

  #recall(): Pinned | undefined {
    const stored: Partial<Pinned> | undefined = this.#key === undefined ? undefined : readObject(this.#key);
    return stored && isPinned(stored) ? stored : undefined;
  }
}

/** Storage may hold anything. */
function isPinned(stored: Partial<Pinned>): stored is Pinned {
  const { content, identity, space } = stored;
  const { files, weights } = (content ?? {}) as Partial<ModelContent>;
  return typeof identity === 'string' && typeof space === 'string' && Array.isArray(weights) && isObject(files);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Sixteen hex digits that are equal for equal files. */
async function identify({ files }: ModelContent): Promise<string> {
  const present = Object.entries(files).filter(([, hash]) => hash !== '');
  const list = present.sort(([a], [b]) => (a < b ? -1 : 1)).map((entry) => entry.join('\n'));
  return `sha256-${(await sha256(new TextEncoder().encode(list.join('\n')))).slice(0, 16)}`;
}

function changed(conflict: string): IntegrityError {
  const message = `Expected every worker to load the same model, but for this one ${conflict} is another: the hub's branch moved. Set 'revision' to a commit, or call client.forgetSpace() and embed everything anew.`;
  return new IntegrityError('content_changed', message, { param: 'revision' });
}
