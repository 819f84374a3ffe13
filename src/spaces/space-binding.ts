/** The space a client's vectors are of: bound by the first answer, and remembered where the app gives it a name. */
import type { Provider } from '../contract/provider.js';
import { EmbeddingError, SpaceMismatchError } from '../errors/errors.js';
import { readText, removeText, writeText } from '../storage/local-store.js';
import { SPACE_KEY } from '../storage/names.js';

/** What stands at the end of a space: widths that were asked for by `dimensions` are no other space. */
const WIDTH = /;dimensions=\d+$/;

const UNAVAILABLE = `Expected local storage, which remembers the space under 'spaceName', but this page may not use it. Allow it, and call again.`;

/** Knows which space is expected, and which one each target answers in. */
export class SpaceBinding {
  readonly #key: string | undefined;
  readonly #onForgetful: () => void;
  #isForgetful = false;
  /** Storage that is blocked or full never stops an answer, but the app has to know. */
  readonly #onRefused = (): void => {
    if (!this.#isForgetful) this.#onForgetful();
    this.#isForgetful = true;
  };
  #bound: string | undefined;
  /** Target id → the space it answers in, without its width. */
  readonly #spaces = new Map<string, string>();

  /**
   * @param name - the app's name for its stored vectors; without one nothing is remembered.
   * @param onForgetful - called once, when a name is given and the page may not store anything: the space is bound for this
   *   client only.
   */
  constructor(name: string | undefined, onForgetful: () => void = () => undefined) {
    this.#key = name === undefined ? undefined : SPACE_KEY + name;
    this.#onForgetful = onForgetful;
    this.#bound = this.#recall();
  }

  /** The space every answer must be of; undefined until there was one. */
  get bound(): string | undefined {
    return this.#bound;
  }

  /** Notes which space a target will answer in, as far as that is known before it does. */
  note(target: string, space: string): void {
    this.#spaces.set(target, baseOf(space));
  }

  /** Whether a target's space is known to be the bound one. */
  isBoundTo(target: string): boolean {
    return this.#bound !== undefined && this.#spaces.get(target) === baseOf(this.#bound);
  }

  /** The space of a target that may not answer because of it. */
  conflictOf(target: string): string | undefined {
    const space = this.#spaces.get(target);
    return this.#bound === undefined || space === baseOf(this.#bound) ? undefined : space;
  }

  /**
   * Takes an answer's space in: the first one binds.
   *
   * @param isFullWidth - whether the vectors have the model's own width, which must stay what it was as well.
   * @throws SpaceMismatchError when it is another than the bound one.
   */
  claim(target: string, space: string, isFullWidth: boolean): void {
    this.note(target, space);
    // Another tab may have had the first answer.
    const bound = (this.#bound ??= this.#recall());
    const claimed = isFullWidth ? space : baseOf(space);
    if (bound === undefined || (bound === baseOf(bound) && claimed !== bound && baseOf(claimed) === bound)) {
      this.#bind(claimed);
      return;
    }
    const fits = baseOf(space) === baseOf(bound) && (!isFullWidth || space === bound);
    if (!fits) throw new SpaceMismatchError(bound, space);
  }

  /** Lets the next answer bind anew. @throws EmbeddingError `storage_unavailable` when what is remembered can't be deleted. */
  release(): void {
    this.#bound = undefined;
    if (this.#key === undefined) return;
    removeText(this.#key, (cause) => {
      throw new EmbeddingError('storage_unavailable', UNAVAILABLE, { cause });
    });
  }

  #bind(space: string): void {
    this.#bound = space;
    if (this.#key !== undefined) writeText(this.#key, space, this.#onRefused);
  }

  #recall(): string | undefined {
    return this.#key === undefined ? undefined : readText(this.#key, this.#onRefused);
  }
}

/** A space without its width. */
export function baseOf(space: string): string {
  return space.replace(WIDTH, '');
}

/** The space a provider answers in, without its width; lengths count in it where the app leaves them as they come. */
export function spaceOfProvider({ space }: Pick<Provider, 'space'>, normalize: boolean): string {
  return normalize ? space : `${space};scale=none`;
}
