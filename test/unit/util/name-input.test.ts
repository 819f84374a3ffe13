import { describe, expect, test } from 'vitest';
import { BadRequestError, EmbeddingError, ModelLoadError } from '../../../src/errors/errors.js';
import { nameInput, shiftInput } from '../../../src/util/name-input.js';
import { catchRejection } from '../../support/catch-error.js';

const tooLong = new BadRequestError('context_length_exceeded', `Expected less in each text of 'input'.`, {
  param: 'input',
});

describe('nameInput', () => {
  test('adds the position, to the message where there are several', () => {
    const named = nameInput(tooLong, 3, 5);
    expect(named).toBeInstanceOf(BadRequestError);
    expect(named).toMatchObject({ code: 'context_length_exceeded', param: 'input', index: 3, status: 400 });
    expect(named.message).toBe(`Expected less in each text of 'input[3]'.`);
    expect(nameInput(tooLong, 0, 1)).toMatchObject({ index: 0, message: tooLong.message });
  });

  test('keeps the class, the file and the cause', () => {
    const cause = new Error('Why.');
    const error = new ModelLoadError('model_unsupported', 'No.', { url: 'https://hub.test/tokenizer.json', cause });
    const named = nameInput(error, 1, 2);
    expect(named).toBeInstanceOf(ModelLoadError);
    expect(named).toMatchObject({ index: 1, url: 'https://hub.test/tokenizer.json', cause, stack: error.stack });
  });
});

describe('shiftInput', () => {
  test('counts from the first input of the call', async () => {
    const error = await catchRejection(shiftInput(Promise.reject(nameInput(tooLong, 3, 256)), 512));
    expect(error).toMatchObject({ index: 515, message: `Expected less in each text of 'input[515]'.` });
  });

  test('names the only input of a later part', async () => {
    const error = await catchRejection(shiftInput(Promise.reject(nameInput(tooLong, 0, 1)), 256));
    expect(error).toMatchObject({ index: 256, message: `Expected less in each text of 'input[256]'.` });
  });

  test('gives on what is about no input, what is none of this library, and answers', async () => {
    const other = new EmbeddingError('timeout', `Nothing came for 'input'.`);
    expect(await catchRejection(shiftInput(Promise.reject(other), 256))).toBe(other);
    const foreign = new Error('foreign');
    expect(await catchRejection(shiftInput(Promise.reject(foreign), 256))).toBe(foreign);
    expect(await shiftInput(Promise.resolve('rows'), 256)).toBe('rows');
  });
});
