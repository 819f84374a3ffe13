/** What a route knows of the request it answers. */
import { errorReply, type Quotable } from './error-reply.js';
import type { JobTable } from './jobs.js';
import type { Reply } from './reply.js';
import type { Input, RowOptions } from './rows.js';
import { expectedTokens } from './vector.js';
import type { ErrorShape, JobFault, LaneSettings, RowChange } from './wire.js';

/** A request on its way through a lane. */
export interface Question {
  readonly method: string;
  /** Behind the lane, without its query. */
  readonly path: string;
  readonly body: unknown;
  readonly bearerMatches: boolean;
  readonly apiKeyMatches: boolean;
  readonly quotable: Quotable;
  readonly settings: LaneSettings;
  readonly jobs: JobTable;
  /** The lane's own URL, and the same lane at the other origin. */
  readonly laneUrl: string;
  readonly foreignLaneUrl: string;
  readonly change?: RowChange | undefined;
  readonly encoding?: 'float' | 'base64' | undefined;
  readonly job?: JobFault | undefined;
}

/** A refusal in the API's own form. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(status: number, shape: ErrorShape, message?: string) {
    super(message);
    this.reply = errorReply(status, shape, { texts: [], key: '' }, message);
  }
}

/** A body's fields. @throws Refusal when it is no object, or has a field that isn't in `known`. */
export function readFields(
  body: unknown,
  known: readonly string[],
  shape: ErrorShape,
): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, shape, 'The body must be a JSON object.');
  }
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Refusal(400, shape, `Unknown parameter: '${unknown}'.`);
  return body as Readonly<Record<string, unknown>>;
}

/** The width asked for, or the lane's. @throws Refusal */
export function readWidth(value: unknown, question: Question, shape: ErrorShape): number {
  if (value === undefined) return question.settings.width;
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 4096) {
    throw new Refusal(400, shape, 'The number of dimensions must be a whole number from 1 to 4096.');
  }
  return value as number;
}

/** How this request's rows are made. */
export function rowOptions(question: Question, width: number, asked: unknown = 'float'): RowOptions {
  const encoding = question.encoding ?? (asked === 'base64' ? 'base64' : 'float');
  return { width, encoding, change: question.change };
}

/** The inputs of an OpenAI-like body: a text, texts, a token array, token arrays. Undefined when it is none of them. */
export function readInputs(input: unknown): readonly Input[] | undefined {
  if (typeof input === 'string') return input === '' ? undefined : [input];
  if (!Array.isArray(input) || input.length === 0) return undefined;
  if (isTokens(input)) return [input];
  const inputs: readonly unknown[] = input;
  const right = inputs.every((item) => (typeof item === 'string' && item !== '') || isTokens(item));
  return right ? (inputs as readonly Input[]) : undefined;
}

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id) && id >= 0);
}

/** The tokens of all inputs. */
export function countTokens(inputs: readonly Input[]): number {
  return inputs.reduce((sum, input) => sum + expectedTokens(input), 0);
}

/** The inputs of a body of any of these APIs; none where it isn't an embedding request. */
export function findInputs(body: unknown): readonly Input[] {
  if (typeof body !== 'object' || body === null) return [];
  const { prompt, input } = body as { readonly prompt?: unknown; readonly input?: unknown };
  return readInputs(prompt ?? input) ?? [];
}
