/** `GET /v1/models` and `GET /v1/models/{id}`, in Infinity's shape. */
import type { Model } from '../../api/models.js';
import type { Question } from './question.js';
import type { Reply } from './reply.js';

/** Every model the client answers for. */
export async function answerModels({ client }: Question): Promise<Reply> {
  const { data, ...list } = await client.models.list();
  return { status: 200, body: { ...list, data: data.map(asInfinity) } };
}

/** One of them; for another name of the client's model, that model. */
export async function answerModel({ client, aliases, endpoint }: Question): Promise<Reply> {
  const { data } = await client.models.list();
  const own = aliases.includes(endpoint.argument) ? data[0] : undefined;
  return { status: 200, body: asInfinity(own ?? (await client.models.retrieve(endpoint.argument))) };
}

/** Infinity's clients take one owner only. Source: infinity_client, `ModelInfoOwnedBy`. */
function asInfinity(model: Model): object {
  return { ...model, owned_by: 'infinity' };
}
