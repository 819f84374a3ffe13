/** Embeds one part of a job, so that an input that can't be embedded keeps no other from it. */
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';
import { isEmbeddingError, type EmbeddingError } from '../errors/errors.js';
import { nameInput } from '../util/name-input.js';
import { Backoff } from './backoff.js';
import { judgeFailure, type Verdict } from './judge-failure.js';
import type { InputFailure, Piece, StoredPart } from './stored-part.js';

type Inputs = TargetRequest['inputs'];

/** What embedding a part needs. */
export interface PartContext {
  readonly embed: (inputs: Inputs) => Promise<EmbeddedRows>;
  /** Where the part begins in its job, and how many inputs that has: what messages count by. */
  readonly start: number;
  readonly total: number;
  readonly signal: AbortSignal;
  /** Whether the part has failed so often that an input may be why, though it looked like an outage. */
  readonly isSuspected: boolean;
  /** Told what the part waits for while it does, and undefined when it waits no longer. */
  readonly onWaiting: (error: unknown) => void;
}

/** A text that every model takes: when it fails as well, the input wasn't why. */
export const HARMLESS: readonly string[] = ['a'];

/** A provider may fail over any text by chance, but hardly so often while it answers others. */
const TRIES_ALONE = 3;

/** Longer than the half minute that a provider rests after it has failed: so many waits of a {@link Backoff} take 31 s or more. */
const MAX_WAITS = 6;

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
  const isAlone = to - from === 1;
  for (let tries = 1; ; tries += 1) {
    try {
      return [await context.embed(inputs.slice(from, to))];
    } catch (error) {
      context.signal.throwIfAborted();
      const verdict = judgeFailure(error);
      if (!isEmbeddingError(error) || !mayBeInput(verdict, context)) throw error;
      // Where nothing works any more, trying ever smaller parts would only end more workers.
      const isNamed = error.index !== undefined;
      if (verdict !== 'input' || (isAlone && !isNamed)) await requireWorking(error, context);
      if (isNamed) return leaveOut(inputs, from, to, error, context);
      if (!isAlone) return embedHalves(inputs, from, to, context);
      if (verdict !== 'unclear' || tries === TRIES_ALONE) return [describe(error, from, context)];
    }
  }
}

function mayBeInput(verdict: Verdict, { isSuspected }: PartContext): boolean {
  return verdict === 'input' || verdict === 'suspect' || (verdict === 'unclear' && isSuspected);
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
async function requireWorking(error: EmbeddingError, { embed, signal, onWaiting }: PartContext): Promise<void> {
  const backoff = new Backoff();
  for (;;) {
    try {
      await embed(HARMLESS);
      if (backoff.failures > 0) onWaiting(undefined);
      return;
    } catch (cause) {
      signal.throwIfAborted();
      // The failure itself has put it to rest, and the next try would do so again before a harmless text was tried.
      if (!isEmbeddingError(cause, 'provider_resting') || backoff.failures >= MAX_WAITS) {
        throw judgeFailure(cause) === 'input' ? error : cause;
      }
      onWaiting(cause);
      await backoff.wait(signal);
    }
  }
}

function describe(error: EmbeddingError, at: number, { start, total }: PartContext): InputFailure {
  const { code } = error;
  const { message } = error.index === undefined ? error : nameInput(error, start + at, total);
  return { code, message: error.detail ?? message };
}
