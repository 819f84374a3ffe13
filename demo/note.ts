/** What a person adds: a note has a title and a text; a passage is the piece of it that gets a vector. */

/** One text as it came in. */
export interface Note {
  readonly title: string;
  readonly text: string;
}

/** A piece of a note, short enough for the model to read whole. */
export interface Passage {
  readonly title: string;
  readonly text: string;
}
