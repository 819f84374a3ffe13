import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelContent } from '../../../../src/ports/model-content.js';
import { ContentPin } from '../../../../src/targets/local/content-pin.js';
import { catchRejection } from '../../../support/catch-error.js';
import { stubStorage } from '../../storage/stub-storage.js';

const RECIPE = { 'tokenizer.json': 't', 'modules.json': '' };
const q8 = (hash: string, commit?: string): ModelContent => make('onnx/model_quantized.onnx', hash, commit);
const fp32 = (hash: string, commit?: string): ModelContent => make('onnx/model.onnx', hash, commit);

function make(path: string, hash: string, commit: string | undefined): ModelContent {
  return { ...(commit !== undefined && { commit }), files: { ...RECIPE, [path]: hash }, weights: [path] };
}

const describeSpace = (identity: string): string => `team/notes@${identity};dimensions=4`;

/** A client's pin, the space it is bound to, and its workers. */
class Client {
  bound: string | undefined;
  readonly pin: ContentPin;

  constructor(spaceName?: string) {
    this.pin = new ContentPin({ spaceName, bound: () => this.bound });
  }

  /** Loads a worker, and gives what ends it. */
  async load(content: ModelContent): Promise<() => Promise<void>> {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    await this.pin.take(content, describeSpace, ended);
    return async () => {
      end();
      await new Promise((resolve) => setTimeout(resolve));
    };
  }

  answer(): string {
    return (this.bound = describeSpace(this.pin.identity));
  }
}

beforeEach(() => {
  stubStorage();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('ContentPin', () => {
  test('tells content by its commit, or else by a hash that is equal for equal files', async () => {
    const [told, one, same, other] = [new Client(), new Client(), new Client(), new Client()];
    await told.load(q8('a', 'c0ffee'));
    await one.load(q8('a'));
    await same.load({ ...q8('a'), files: { 'onnx/model_quantized.onnx': 'a', 'tokenizer.json': 't' } });
    await other.load(q8('b'));
    expect(told.pin.identity).toBe('c0ffee');
    expect(one.pin.identity).toMatch(/^sha256-[0-9a-f]{16}$/);
    expect(same.pin.identity).toBe(one.pin.identity);
    expect(other.pin.identity).not.toBe(one.pin.identity);
  });

  test('holds while a worker runs, and as long as there are vectors of the space', async () => {
    const client = new Client();
    const end = await client.load(q8('a'));
    expect(client.pin.expected).toEqual(q8('a'));
    await end();
    // Nothing was embedded: the next load decides anew.
    expect(client.pin.expected).toBeUndefined();
    const endAgain = await client.load(q8('a'));
    client.answer();
    await endAgain();
    expect(client.pin.expected).toEqual(q8('a'));
    expect(await catchRejection(client.load(q8('b')))).toMatchObject({
      name: 'IntegrityError',
      code: 'content_changed',
      param: 'revision',
    });
    // As client.forgetSpace() does.
    client.bound = undefined;
    await client.load(q8('b'));
    expect(client.pin.expected).toEqual(q8('b'));
  });

  test('holds where only cut vectors were made, whose width is not bound', async () => {
    const client = new Client();
    const end = await client.load(q8('a'));
    client.bound = client.answer().replace(/;dimensions=.*/, '');
    await end();
    expect(client.pin.expected).toEqual(q8('a'));
  });

  test('holds while a call is under way whose worker has ended', async () => {
    const client = new Client();
    const end = await client.load(q8('a'));
    const release = client.pin.hold();
    await end();
    expect(client.pin.expected).toEqual(q8('a'));
    expect(await catchRejection(client.load(q8('b')))).toMatchObject({ code: 'content_changed' });
    release();
    expect(client.pin.expected).toBeUndefined();
  });

  test('keeps one identity for every dtype of one content', async () => {
    const client = new Client();
    await client.load(q8('a'));
    const { identity } = client.pin;
    await client.load(fp32('z'));
    expect(client.pin.identity).toBe(identity);
    expect(await catchRejection(client.load(fp32('y')))).toMatchObject({ code: 'content_changed' });
    const otherTokens = { ...fp32('z'), files: { ...fp32('z').files, 'tokenizer.json': 'u' } };
    expect(await catchRejection(client.load(otherTokens))).toMatchObject({ code: 'content_changed' });
  });

  test('takes another dtype of another commit for other content', async () => {
    const client = new Client();
    await client.load(q8('a', 'aaaa'));
    expect(await catchRejection(client.load(fp32('z', 'bbbb')))).toMatchObject({ code: 'content_changed' });
    await client.load(fp32('z', 'aaaa'));
    await client.load(q8('a', 'cccc'));
    expect(client.pin.identity).toBe('aaaa');
  });

  test('is remembered under the name of a space, until that is forgotten', async () => {
    const first = new Client('notes');
    await first.load(q8('a', 'aaaa'));
    const bound = first.answer();
    const later = new Client('notes');
    later.bound = bound;
    expect(later.pin.expected).toEqual(q8('a', 'aaaa'));
    await later.load(q8('a', 'cccc'));
    expect(later.answer()).toBe(bound);
    const forgotten = new Client('notes');
    expect(forgotten.pin.expected).toBeUndefined();
    const other = new Client('letters');
    other.bound = bound;
    expect(other.pin.expected).toBeUndefined();
  });

  test.each(['', 'null', '5', '{"identity":1}', '{'])('takes %j in storage for nothing', (stored) => {
    localStorage.setItem('inpage-embeddings/content/notes', stored);
    const client = new Client('notes');
    client.bound = describeSpace('aaaa');
    expect(client.pin.expected).toBeUndefined();
  });
});
