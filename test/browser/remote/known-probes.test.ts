/** The vectors providers are compared with are those of the models. */
import type { EmbeddingClientOptions } from 'inpage-embeddings';
import { openaiCompatible } from 'inpage-embeddings/providers';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { startClient } from '../../support/client.js';

const miniLm = inject('miniLm');

/** Answers probes with the vectors of a client with these options, and says whether they were taken for the model's. */
async function isBelieved(
  model: string,
  weights: Pick<EmbeddingClientOptions, 'dtype' | 'runtime'>,
  spoil: (text: string) => string = (text) => text,
): Promise<boolean> {
  const backend = startClient({ model, hub: inject('hubUrl'), ...weights, device: 'wasm' });
  const original = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).host !== 'same.example') return original(input, init);
    const { input: texts } = (await request.json()) as { input: string[] };
    return Response.json(await backend.embeddings.create({ input: texts.map(spoil) }));
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const provider = openaiCompatible({ baseURL: 'https://same.example', model: 'same', sameModel: true });
  // The device itself can't run it: only what is known can tell.
  const client = startClient({
    model,
    assetsUrl: '/nowhere/',
    hub: inject('hubUrl'),
    device: 'wasm',
    fallback: [provider],
  });
  const response = await client.embeddings.create({ input: 'a text' }).catch(() => undefined);
  return response?.space.startsWith(`${model}@main;`) === true;
}

test('of the bundled model, in full precision and as it comes', async () => {
  expect(await isBelieved('universal-sentence-encoder-lite', { dtype: 'fp32' })).toBe(true);
  expect(await isBelieved('universal-sentence-encoder-lite', { dtype: 'q8' })).toBe(true);
});

test.skipIf(!miniLm?.hasFp32)('of all-MiniLM-L6-v2 in full precision', async () => {
  expect(await isBelieved('all-MiniLM-L6-v2', { dtype: 'fp32' })).toBe(true);
});

test.skipIf(!miniLm).each(['onnxruntime', 'kernel'] as const)(
  'of all-MiniLM-L6-v2 as its q8 file gives them on %s',
  async (runtime) => {
    expect(await isBelieved('all-MiniLM-L6-v2', { dtype: 'q8', runtime })).toBe(true);
  },
);

test('and no others: a server that cuts long texts elsewhere is not believed', async () => {
  const cutSooner = (text: string): string => text.split(' ').slice(0, 60).join(' ');
  expect(await isBelieved('universal-sentence-encoder-lite', { dtype: 'q8' }, cutSooner)).toBe(false);
});
