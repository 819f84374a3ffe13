/**
 * What is known of one model. Types only.
 *
 * Its record stands in one file of `families/`, in two parts side by side, since a page needs one and a worker the other, and
 * neither is to download both. What an entry needs at once of it is repeated in `start-up.ts`.
 */
import type { Dtype, Pooling } from '../api/vocabulary.js';
import type { Widths } from './matryoshka.js';

/** The pages' part of one model. */
export interface ModelFacts {
  /** Ids under which hubs offer it, the maker's own first, whose last part is the model's canonical name. */
  readonly ids: readonly string[];
  /** The width of its vectors. */
  readonly dimensions: number;
  /** Widths its vectors may be cut to, the full one included. Absent when it isn't known to be trained for that. */
  readonly matryoshkaDimensions?: Widths;
  /** Whether the mean of the whole vector is taken off before it is cut; `cutDimensions` does it. */
  readonly centersBeforeCut?: boolean;
}

/** The pages' part of several models that differ in nothing but their names and widths. */
export interface SameFacts {
  /** Who offers them, each under the same names, their maker first. */
  readonly owners: readonly string[];
  /** Name → the width of its vectors. */
  readonly widths: Readonly<Record<string, number>>;
}

/** The pages' part of a family. */
export type FamilyFacts = ModelFacts | SameFacts | readonly (ModelFacts | SameFacts)[];

/** The workers' part of one model. A field that isn't there isn't known for certain; a model's own files win over it, where they speak. */
export interface ModelUse {
  /** How token vectors become one vector. */
  readonly pooling?: Pooling;
  /** Whether the model itself scales vectors to unit length. */
  readonly normalize?: boolean;
  /** Tokens that count unless the files or the app say otherwise, special tokens included. */
  readonly maxTokens?: number;
  /** Tokens over which the model gives no good vectors, whatever its files promise and the app asks for. */
  readonly hardLimitTokens?: number;
  /** Prompt name → text put before the input. Names are the maker's own, or tasks where it has none. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** Formats it must not be loaded in: its activations exceed them, so that vectors would be wrong or NaN. */
  readonly refusedDtypes?: readonly Dtype[];
  /** False: its 8-bit exports give vectors far from its own, in any runtime. @default true */
  readonly isFaithfulIn8Bits?: boolean;
}

/** The worker's parts of a family by the models' canonical names. */
export type FamilyUse = Readonly<Record<string, ModelUse>>;
