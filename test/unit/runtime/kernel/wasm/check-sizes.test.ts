import { describe, expect, test } from 'vitest';
import type { Encoder, EncoderLayer } from '../../../../../src/runtime/kernel/encoder.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { startKernel } from '../../../../../src/runtime/kernel/start-kernel.js';
import { checkSizes, checkTokens } from '../../../../../src/runtime/kernel/wasm/check-sizes.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../../support/random-encoder.js';
import { catchError } from '../../../../support/catch-error.js';

const PREFIX = 'The kernel does not know this model. ';

const OFF_LIMITS: [options: RandomEncoderOptions, why: string][] = [
  [{ heads: 1, headWidth: 24 }, "Its hidden size 24 isn't a multiple of 16."],
  [{ heads: 4, headWidth: 4 }, "Its head width 4 isn't a multiple of 8."],
  [{ heads: 1, headWidth: 144 }, 'Its head width 144 is over 128.'],
  [{ heads: 65, headWidth: 16, feedForward: 16, layers: 1 }, 'Its hidden size 1040 is over 1024.'],
  [{ feedForward: 40 }, "Its feed-forward size 40 isn't a multiple of 16."],
  [{ feedForward: 4112, layers: 1 }, 'Its feed-forward size 4112 is over 4096.'],
];

function recognize(options: RandomEncoderOptions = {}): Encoder {
  const { model, outputName, maxTokens } = makeRandomEncoder(options);
  return recognizeEncoder(readGraph(model), { outputName, maxTokens });
}

/** A started kernel would need builds; a refused one asks for none. */
const urls = { relaxed: 'https://app.example/nowhere', plain: 'https://app.example/nowhere' };

describe('an encoder that is recognised is refused by the kernel', () => {
  test.each(OFF_LIMITS)('of %j', (options, why) => {
    const error = catchError(() => {
      checkSizes(recognize(options));
    });
    expect(error).toMatchObject({ code: 'kernel_unsupported', canFallBack: true, message: PREFIX + why });
  });

  test('before any build is fetched', async () => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ heads: 1, headWidth: 24 });
    const output = { name: outputName, isPooled: false };
    const started = startKernel({ weights: model, output, maxTokens, urls, mustProve: true });
    const message = `${PREFIX}Its hidden size 24 isn't a multiple of 16.`;
    await expect(started).rejects.toMatchObject({ code: 'kernel_unsupported', message });
  });

  test('whose dense layer is no multiple of a panel', () => {
    const encoder = recognize({ head: { pooling: 'mean', dense: 'tanh' } });
    const [step] = encoder.head?.steps ?? [];
    const linear = step?.kind === 'dense' ? { ...step.linear, outputs: 12 } : expect.fail();
    const head = { pooling: 'mean', steps: [{ kind: 'dense', linear, activation: 'tanh' }] } as const;
    const message = `${PREFIX}Its dense layer 12 isn't a multiple of 8.`;
    expect(
      catchError(() => {
        checkSizes({ ...encoder, head });
      }),
    ).toMatchObject({ message });
  });
});

test.each([
  [2049, 'Its longest text 2049 is over 2048.'],
  [1e30, 'Its longest text 1e+30 is over 2048.'],
  [0, 'Its longest text 0 is under 1.'],
  [NaN, "Its longest text NaN isn't a multiple of 1."],
])('texts of %d tokens are refused before a byte of the model is read', async (maxTokens, why) => {
  const refusal = { code: 'kernel_unsupported', message: PREFIX + why };
  expect(
    catchError(() => {
      checkTokens(maxTokens);
    }),
  ).toMatchObject(refusal);
  const output = { name: 'x', isPooled: false };
  const started = startKernel({ weights: Uint8Array.of(1), output, maxTokens, urls, mustProve: true });
  await expect(started).rejects.toMatchObject(refusal);
});

describe('parts of other sizes than their neighbours are refused:', () => {
  const head = { pooling: 'mean', dense: 'tanh' } as const;
  const changeLayer = (encoder: Encoder, f: (layer: EncoderLayer) => EncoderLayer): Encoder => ({
    ...encoder,
    layers: encoder.layers.map(f),
  });

  test.each<[what: string, change: (encoder: Encoder) => Encoder]>([
    ['no layers', (encoder) => ({ ...encoder, layers: [] })],
    ['fewer rows than ids', (encoder) => ({ ...encoder, vocabularySize: encoder.vocabularySize + 1 })],
    ['fewer positions than tokens', (encoder) => ({ ...encoder, maxTokens: encoder.maxTokens + 1 })],
    ['another width behind the layers', (encoder) => ({ ...encoder, width: 48 })],
    [
      'a short norm',
      (encoder) =>
        changeLayer(encoder, (layer) => ({
          ...layer,
          attentionNorm: { ...layer.attentionNorm, beta: new Float32Array(8) },
        })),
    ],
    [
      'a narrow key',
      (encoder) =>
        changeLayer(encoder, (layer) => ({
          ...layer,
          attention: { ...layer.attention, key: { ...layer.attention.key, outputs: 16 } },
        })),
    ],
    [
      'a dense layer of other vectors',
      (encoder) => {
        const [step] = encoder.head?.steps ?? [];
        const linear = step?.kind === 'dense' ? { ...step.linear, inputs: 16 } : expect.fail();
        return { ...encoder, head: { pooling: 'mean', steps: [{ kind: 'dense', linear, activation: 'tanh' }] } };
      },
    ],
  ])('%s', (_what, change) => {
    const encoder = recognize({ head });
    checkSizes(encoder);
    const message = `${PREFIX}It has parts whose sizes do not fit together.`;
    expect(
      catchError(() => {
        checkSizes(change(encoder));
      }),
    ).toMatchObject({ code: 'kernel_unsupported', message });
  });
});
