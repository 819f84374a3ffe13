/** Pre-tokenizers as tokenizer.json has them, and what they are made to. */

/** Where each unit of a piece comes from, in the coordinates of `start`; it is told only where asked for. */
export interface Places {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Takes a piece, and where in the text it starts, or a number over 0 for a later place. Units of a piece without places stand
 * one behind the other from there on.
 */
export type Emit = (piece: string, start: number, places?: Places) => void;
/** Divides a text. */
export type Split = (text: string, start: number, emit: Emit) => void;

/** How a split is made. */
export interface SplitOptions {
  /** Whether pieces that are written otherwise than the text have their places. */
  readonly hasPlaces: boolean;
}

/** A pre-tokenizer in tokenizer.json: what the kinds known here have. */
export interface SplitFile extends MetaspaceFile {
  readonly type: string;
  readonly pretokenizers?: readonly SplitFile[];
  readonly pattern?: { readonly String?: string; readonly Regex?: string };
  readonly behavior?: Behaviour;
  readonly invert?: boolean;
  readonly use_regex?: boolean;
  readonly individual_digits?: boolean;
  readonly delimiter?: string;
  readonly length?: number;
}

/** As tokenizer.json names them. */
export type Behaviour = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';
/** For a text, the next place from `from` on where the pattern is found. */
export type FindNext = (text: string) => (from: number) => readonly [start: number, end: number] | undefined;

/** The fields of a Metaspace in tokenizer.json. */
export interface MetaspaceFile {
  readonly replacement?: string;
  readonly prepend_scheme?: 'first' | 'never' | 'always';
  readonly add_prefix_space?: boolean;
  readonly split?: boolean;
}
