/** A part of a tokenizer of a kind that isn't known here. */
export class UnknownPartError extends Error {
  override readonly name = 'UnknownPartError';

  /** What tokenizer.json calls the part. */
  readonly part: 'normalizer' | 'pre_tokenizer' | 'model' | 'post_processor';

  constructor(part: UnknownPartError['part'], kind: unknown) {
    super(`it has a ${part} '${String(kind)}', which isn't known here`);
    this.part = part;
  }
}
