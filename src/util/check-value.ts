/** The checks that requests, client options and provider options share. Messages name what came by its type, never a text's content. */
import { BadRequestError } from '../errors/errors.js';

/** Refuses whatever isn't a plain object; `what` names it in the message. */
export function checkObject(value: unknown, what: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new BadRequestError('invalid_type', `Expected ${what} to be an object, but got ${describe(value)}.`);
}

/**
 * Refuses properties that aren't in `known`; one that is undefined counts as absent.
 *
 * @param known - has every property of the object's type, whatever their values: one that is forgotten doesn't compile.
 * @param hint - what was meant by such a name, to stand behind the message.
 */
export function checkKnown<T extends object>(
  object: T,
  known: Readonly<Record<keyof T, unknown>>,
  what: 'parameter' | 'option',
  hint?: (name: string) => string,
): void {
  const names = Object.keys(known);
  const unknown = Object.entries(object).find(([key, value]) => value !== undefined && !names.includes(key))?.[0];
  if (unknown === undefined) return;
  const message = `Unknown ${what}: '${unknown}'. Known are ${names.join(', ')}.${hint?.(unknown) ?? ''}`;
  throw new BadRequestError('unknown_parameter', message, { param: unknown });
}

/** Refuses a value that isn't one of `choices`; undefined is fine. */
export function checkChoice(param: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  const came = typeof value === 'string' ? `'${value}'` : describe(value);
  const message = `Expected '${param}' to be ${choices.map((choice) => `'${choice}'`).join(', ')}, but got ${came}.`;
  throw new BadRequestError(typeof value === 'string' ? 'invalid_value' : 'invalid_type', message, { param });
}

/** Refuses what isn't a string with at least one character; undefined is fine. */
export function checkString(param: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  const came = value === '' ? 'an empty string' : describe(value);
  throw new BadRequestError('invalid_type', `Expected '${param}' to be a string, but got ${came}.`, { param });
}

/** The integer `value`; refuses other numbers and types, and integers under `least`. */
export function checkInteger(param: string, value: unknown, least: number, at = ''): number {
  const where = `'${param}${at}'`;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    const came = typeof value === 'number' ? String(value) : describe(value);
    throw new BadRequestError('invalid_type', `Expected an integer in ${where}, but got ${came}.`, { param });
  }
  if (value >= least) return value;
  const message = `Expected at least ${String(least)} in ${where}, but got ${String(value)}.`;
  throw new BadRequestError('integer_below_min_value', message, { param });
}

/** A value by its type, in words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
