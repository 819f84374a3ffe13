/** How much text there is. */

/** UTF-8 bytes of a text, or of token ids as JSON. */
export function countBytes(input: string | readonly number[]): number {
  return new TextEncoder().encode(typeof input === 'string' ? input : JSON.stringify(input)).length;
}

/** The number of inputs and their bytes. */
export function measureTexts(inputs: readonly (string | readonly number[])[]): {
  readonly texts: number;
  readonly bytes: number;
} {
  return { texts: inputs.length, bytes: inputs.reduce((sum, input) => sum + countBytes(input), 0) };
}
