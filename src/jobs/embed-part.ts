/** Embeds one part of a job, so that an input that can't be embedded keeps no other from it. */
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';
import { isEmbeddingError, type EmbeddingError } from '../errors/errors.js';
import { nameInput } from '../util/name-input.js';
import { judgeFailure } from './judge-failure.js';
import type { InputFailure, Piece, StoredPart } from './stored-part.js';

type Inputs = TargetRequest['inputs'];

/** What embedding a part needs. */
export interface PartContext {
  readonly embed: (inputs: Inputs) => Promise<EmbeddedRows>;
  /** Where the part begins in its job, and how many inputs that has: what messages count by. */
  readonly start: number;
  readonly total: number;
  readonly signal: AbortSignal;
}

/** A text that every model takes: when it fails as well, the input wasn't why. */
const HARMLESS = ['a'];

/**
 * The vectors of every input, or why it has none. Where a failure doesn't say which input is at fault, halves are tried until
 * one input is left; it counts as impossible only when a harmless text can be embedded.
 *
 * @throws what is no input's fault; the signal's reason.
 */
export async function embedPart(inputs: Inputs, context: PartContext): Promise<StoredPart> {
  return embedRange(inputs, 0, inputs.length, context);
}

async function embedRange(inputs: Inputs, from: number, to: number, context: PartContext): Promise<Piece[]> {
  if (from === to) return [];
  try {
    return [await context.embed(inputs.slice(from, to))];
  } catch (error) {
    context.signal.throwIfAborted();
    const verdict = judgeFailure(error);
    if (!isEmbeddingError(error) || (verdict !== 'input' && verdict !== 'suspect')) throw error;
    if (verdict === 'input' && error.index !== undefined) return leaveOut(inputs, from, to, error, context);
    const isAlone = to - from === 1;
    // Where nothing works any more, trying ever smaller parts would only end more workers.
    if (isAlone || verdict === 'suspect') await requireWorking(error, context);
    return isAlone ? [describe(error, from, context)] : embedHalves(inputs, from, to, context);
  }
}

/** All but the input that the error names. */
async function leaveOut(
  inputs: Inputs,
  from: number,
  to: number,
  error: EmbeddingError,
  context: PartContext,
): Promise<Piece[]> {
  const at = from + (error.index ?? 0);
  const before = await embedRange(inputs, from, at, context);
  return [...before, describe(error, at, context), ...(await embedRange(inputs, at + 1, to, context))];
}

/** One after the other: each may end a worker. */
async function embedHalves(inputs: Inputs, from: number, to: number, context: PartContext): Promise<Piece[]> {
  const middle = Math.ceil((from + to) / 2);
  const first = await embedRange(inputs, from, middle, context);
  return [...first, ...(await embedRange(inputs, middle, to, context))];
}

/** @throws `error` when nothing can be embedded now, or what keeps it from being found out. */
async function requireWorking(error: EmbeddingError, { embed, signal }: PartContext): Promise<void> {
  try {
    await embed(HARMLESS);
  } catch (cause) {
    signal.throwIfAborted();
    throw judgeFailure(cause) === 'input' ? error : cause;
  }
}

function describe(error: EmbeddingError, at: number, { start, total }: PartContext): InputFailure {
  const { code } = error;
  const { message } = error.index === undefined ? error : nameInput(error, start + at, total);
  return { code, message: error.detail ?? message };
}
