import { describe, expect, test } from 'vitest';
import type { GraphValue } from '../../../../src/runtime/onnx/read-values.js';
import { planInputs } from '../../../../src/runtime/onnxruntime/graph-inputs.js';
import { catchError } from '../../../support/catch-error.js';

const [INT64, INT32, FLOAT, HALF] = [7, 6, 1, 10];
const make = (name: string, type = INT64, dims: GraphValue['dims'] = [undefined, undefined]): GraphValue => ({
  name,
  type,
  dims,
});
const BATCH = { ids: [[5], [6, 7]], length: 3, padding: 9 };

/** Each input's numbers. */
function run(inputs: GraphValue[], config: object = {}, batch = BATCH): Record<string, number[]> {
  const made = Object.entries(planInputs(inputs, config)(batch));
  return Object.fromEntries(
    made.map(([name, { data }]) => [name, Array.from(data as ArrayLike<number | bigint>, Number)]),
  );
}

describe('planInputs', () => {
  test('pads ids by the padding id, and masks it', () => {
    const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => make(name));
    expect(run(inputs)).toEqual({
      input_ids: [5, 9, 9, 6, 7, 9],
      attention_mask: [1, 0, 0, 1, 1, 0],
      token_type_ids: [0, 0, 0, 0, 0, 0],
    });
    expect(planInputs(inputs, {})(BATCH)['input_ids']).toMatchObject({ type: 'int64', dims: [2, 3] });
  });

  test('takes a padding id inside of a text for a token', () => {
    const batch = { ids: [[9, 5]], length: 3, padding: 9 };
    expect(run([make('input_ids'), make('attention_mask')], {}, batch)['attention_mask']).toEqual([1, 1, 0]);
  });

  test('keeps ids of any size a vocabulary has', () => {
    const batch = { ids: [[250_001, 2 ** 31]], length: 2, padding: 1 };
    expect(planInputs([make('input_ids')], {})(batch)['input_ids']?.data).toEqual(
      BigInt64Array.of(250_001n, 2n ** 31n),
    );
  });

  test.each([
    [INT32, 'int32', Int32Array.of(1, 0, 0, 1, 1, 0)],
    [FLOAT, 'float32', Float32Array.of(1, 0, 0, 1, 1, 0)],
    [HALF, 'float16', Uint16Array.of(0x3c00, 0, 0, 0x3c00, 0x3c00, 0)],
  ])("makes each input of the graph's own type: %i", (type, name, data) => {
    const made = planInputs([make('input_ids'), make('attention_mask', type)], {})(BATCH);
    expect(made['attention_mask']).toEqual({ type: name, data, dims: [2, 3] });
  });

  test.each([
    [{ model_type: 'bert' }, [0, 0, 0, 0, 1, 0]],
    [{ model_type: 'qwen3', pad_token_id: 7 }, [0, 0, 0, 0, 1, 0]],
    [{ model_type: 'roberta', pad_token_id: 1 }, [2, 1, 1, 2, 3, 1]],
    [{ model_type: 'mpnet' }, [2, 1, 1, 2, 3, 1]],
  ])('counts positions as %j does', (config, expected) => {
    expect(run([make('input_ids'), make('position_ids')], config)['position_ids']).toEqual(expected);
  });

  test('gives a decoder no earlier tokens', () => {
    const cache = make('past_key_values.0.key', FLOAT, [undefined, 2, undefined, 16]);
    const made = planInputs([make('input_ids'), cache], {})(BATCH);
    expect(made['past_key_values.0.key']).toEqual({ type: 'float32', data: new Float32Array(), dims: [2, 2, 0, 16] });
  });

  test('gives an embedding bag all tokens one after the other, and where each text begins', () => {
    const made = planInputs([make('input_ids', INT64, [undefined]), make('offsets', INT64, [undefined])], {})(BATCH);
    expect(made).toEqual({
      input_ids: { type: 'int64', data: BigInt64Array.of(5n, 6n, 7n), dims: [3] },
      offsets: { type: 'int64', data: BigInt64Array.of(0n, 1n), dims: [2] },
    });
  });

  test.each([
    [['input_ids', 'attention_mask', 'pixel_values'], /needs pixel_values,/],
    [['input_ids', 'decoder_input_ids', 'encoder_hidden_states'], /needs decoder_input_ids, encoder_hidden_states,/],
    [['input_ids', 'offsets'], /needs offsets,/],
    [['inputs_embeds'], /needs inputs_embeds,/],
    [['attention_mask'], /takes attention_mask,/],
    [[], /takes ,/],
  ])('refuses a graph that takes %j, by what it needs', (names, message) => {
    const error = catchError(() =>
      planInputs(
        names.map((name) => make(name)),
        {},
      ),
    );
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', param: 'model' });
    expect(String(error)).toMatch(message);
  });

  test('refuses ids of a type that is no number', () => {
    expect(catchError(() => planInputs([make('input_ids', 8)], {}))).toMatchObject({ code: 'model_unsupported' });
  });
});
