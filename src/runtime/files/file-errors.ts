/** What is told of a model's file that couldn't be had. Messages name the file's URL, and nothing that was sent. */
import type { ErrorCode } from '../../errors/codes.js';
import { ModelLoadError } from '../../errors/errors.js';

/** What a file must be: JSON whose outermost value is an object or a list, or weights. */
export type FileKind = 'json' | 'json-list' | 'binary';

/** Why there is no file. */
export interface RefusedFile {
  readonly found: false;
  /**
   * `absent`: the server says that there is none. `denied`: that we may not have it. `page`: a web page came, as a login
   * does, and as single-page apps' servers send for a path they don't know.
   */
  readonly why: 'absent' | 'denied' | 'page';
  readonly status: number;
  /** Status and type, in words. */
  readonly came: string;
  /** Whether the answer is from another address than was asked. */
  readonly isRedirected: boolean;
}

/** The error for a file that couldn't be used; `what` says what was expected and what came. */
export function failure(code: ErrorCode, url: string, what: string, cause?: unknown): ModelLoadError {
  const message = `Could not load ${url}: ${what}. Check that the hub serves this file; the next call tries again.`;
  return new ModelLoadError(code, message, { url, ...(cause !== undefined && { cause }) });
}

/** The error for a file that isn't what it should be, of which `who` knows. */
export function damaged(url: string, sizeBytes: number, who: string): ModelLoadError {
  const what = `the file came damaged: got ${String(sizeBytes)} bytes whose SHA-256 isn't the one that ${who}`;
  return failure('model_file_damaged', url, what);
}

/** The error for a file the hub doesn't let us have. */
export function denied(url: string, { status, came }: RefusedFile): ModelLoadError {
  const code = status === 401 ? 'authentication_failed' : 'permission_denied';
  const message = `Could not load ${url}: the hub denied access (${came}). The model is gated or private, or there is none of that name. Send a token by 'hubHeaders', such as { authorization: 'Bearer …' }, of an account that may read it, or cookies by 'credentials'; and check model and hub.`;
  return new ModelLoadError(code, message, { url, status });
}

/** The error for a web page where a file should be. */
export function webPage(url: string, kind: FileKind, { came, isRedirected }: RefusedFile): ModelLoadError {
  const expected = kind === 'binary' ? 'binary weights' : 'JSON';
  const place = isRedirected ? ' from another address, as a login does' : '';
  return failure('model_file_damaged', url, `expected ${expected}, got a web page${place} (${came})`);
}

/** The error for files a model can't be without, none of which the hub has. */
export function missing(model: string, url: string, tried: string): ModelLoadError {
  const message = `Could not load model '${model}' from ${url}: the hub doesn't have ${tried}. Check model, revision, dtype and hub.`;
  return new ModelLoadError('model_file_missing', message, { url });
}

/** The error for a file that decides how texts become vectors, of which the hub didn't say whether it is there. */
export function untold(url: string, refused: RefusedFile): ModelLoadError {
  const page = refused.why === 'page' ? 'a web page, ' : '';
  const what = `expected the file or the word that there is none (HTTP 404), got ${page}${refused.came}`;
  const message = `Could not load ${url}: ${what}. Without it vectors might be others, so it can't be left out. ${adviseOn(refused)}`;
  const code =
    refused.why === 'page'
      ? 'model_file_unreachable'
      : refused.status === 401
        ? 'authentication_failed'
        : 'permission_denied';
  return new ModelLoadError(code, message, { url, status: refused.status });
}

function adviseOn({ why }: RefusedFile): string {
  if (why === 'page') return 'Sign in, or let the hub answer 404 for what it lacks.';
  return "Send a token by 'hubHeaders', or let the hub answer 404 for what it lacks.";
}
