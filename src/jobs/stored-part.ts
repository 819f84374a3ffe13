/** What is stored of a part of a job that has been worked on: vectors, and why inputs have none. Pure. */
import type { EmbeddedRows } from '../contract/target.js';
import type { ErrorCode } from '../errors/codes.js';

/** Why one input has no vector. */
export interface InputFailure {
  readonly code: ErrorCode;
  /** Without any of the input. */
  readonly message: string;
}

/** Vectors of inputs that follow one another, or one input without. */
export type Piece = EmbeddedRows | InputFailure;

/** In the order of the inputs. */
export type StoredPart = readonly Piece[];

/** As it is in the database: mostly the vectors of all inputs. */
export type PartRecord = EmbeddedRows | { readonly pieces: StoredPart };

/** A part as it is stored: without what the model was made of, which is the same for all parts of a job. */
export function toPartRecord(part: StoredPart): PartRecord {
  const pieces = part.map((piece) => (isRows(piece) ? withoutContent(piece) : piece));
  const [first] = pieces;
  return pieces.length === 1 && first && isRows(first) ? first : { pieces };
}

function withoutContent(rows: EmbeddedRows): EmbeddedRows {
  const stored: Partial<Record<keyof EmbeddedRows, unknown>> = { ...rows };
  delete stored.content;
  return stored as unknown as EmbeddedRows;
}

/** A stored part. */
export function toStoredPart(record: PartRecord): StoredPart {
  return 'pieces' in record ? record.pieces : [record];
}

/** Whether a piece has vectors. */
export function isRows(piece: Piece): piece is EmbeddedRows {
  return 'vectors' in piece;
}

/** Inputs of a part with a vector, and those without. */
export function countInputs(part: StoredPart): { readonly completed: number; readonly failed: number } {
  const rows = part.filter(isRows);
  const completed = rows.reduce((sum, { vectors, dimensions }) => sum + vectors.length / dimensions, 0);
  return { completed, failed: part.length - rows.length };
}
