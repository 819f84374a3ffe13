import { describe, expect, test, vi } from 'vitest';
import { createFetch, type FetchClient } from '../../../../src/adapters/fetch/index.js';

const OWN = 'team/model';
const ALIAS = 'text-embedding-3-small';

function ask(
  input: unknown,
  model: string,
  path: string,
): Promise<{ status: number; body: unknown; created: unknown }> {
  const create = vi.fn(() => Promise.resolve({ usage: {} }));
  const client = {
    embeddings: { create },
    models: { list: () => ({ data: [{ id: OWN }] }) },
  } as unknown as FetchClient;
  const answer = createFetch(client, { modelAliases: [ALIAS] });
  return answer(`https://inpage.invalid${path}`, { method: 'POST', body: JSON.stringify({ input, model }) }).then(
    async (response) => ({
      status: response.status,
      body: (await response.json()) as unknown,
      created: create.mock.calls.length,
    }),
  );
}

describe.each(['/v1/embeddings', '/api/v3/inference/embeddings'])('POST %s', (path) => {
  test.each([[[1, 2]], [[[1, 2], [3]]], [[[]]]])(
    'refuses the token ids %j of another model, before they are embedded',
    async (input) => {
      const { status, body, created } = await ask(input, ALIAS, path);
      expect([status, created]).toEqual([400, 0]);
      expect(body).toMatchObject({ error: { code: 'invalid_type', param: 'input' } });
      const { message } = (body as { error: { message: string } }).error;
      expect(message).toContain(`'${ALIAS}'`);
      expect(message).toContain('check_embedding_ctx_length=False');
    },
  );

  test.each<[input: unknown, model: string]>([
    [[1, 2], OWN],
    ['text', ALIAS],
    [['text'], ALIAS],
  ])('embeds %j asked of %s', async (input, model) => {
    expect(await ask(input, model, path)).toMatchObject({ status: 200, created: 1 });
  });
});
