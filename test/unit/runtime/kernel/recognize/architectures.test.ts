import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Encoder } from '../../../../../src/runtime/kernel/encoder.js';
import { pool } from '../../../../../src/runtime/recipe/pooling.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { GraphError } from '../../../../../src/runtime/onnx/graph-error.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { runEncoder } from '../../../../support/reference-encoder.js';
import { getCosine } from '../../../scripts/model/support.js';

/** Small graphs as real exporters write them, with vectors of what they were exported from. */
const FOLDER = join(import.meta.dirname, '../../../../../../shared/models/architectures');
const GOLDEN = join(FOLDER, 'golden.json');
/** Longer texts show nothing more, and plain JavaScript is slow. */
const MAX_TOKENS = 70;

interface Golden {
  readonly ids: readonly (readonly number[])[];
  readonly models: Readonly<
    Record<string, { readonly pooling: string; readonly output: string; readonly embeddings: readonly number[][] }>
  >;
}

/** What is known to be a BERT under other names, from every exporter. */
const KNOWN = [
  ...['bert-legacy11', 'bert-dynamo18-sdpa', 'bert-dynamo20-sdpa', 'bert-dynamo21'],
  ...['bert-token-embeddings', 'bert-two-outputs', 'camembert-dynamo18-sdpa', 'distilbert-dynamo18-sdpa'],
  ...['distilbert-legacy14', 'roberta-dynamo18-sdpa', 'roberta-legacy14'],
  ...['xlm-roberta-dynamo18-sdpa', 'xlm-roberta-legacy14'],
];

function readGolden(): Golden {
  return existsSync(GOLDEN) ? (JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden) : { ids: [], models: {} };
}

/** The encoder of a model, or why there is none. */
function recognize(name: string, outputName: string): Encoder | GraphError {
  const [file = ''] = readdirSync(join(FOLDER, name, 'onnx'));
  try {
    return recognizeEncoder(readGraph(readFileSync(join(FOLDER, name, 'onnx', file))), { outputName, maxTokens: 128 });
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}

function embed(encoder: Encoder, ids: readonly number[], pooling: string): Float32Array {
  const rows = Float32Array.from(runEncoder(encoder, ids, 'exact'));
  if (pooling === 'graph') return rows;
  const out = new Float32Array(encoder.width);
  pool(rows, ids.length, pooling as 'mean', out);
  return out;
}

describe.skipIf(!existsSync(GOLDEN))('of graphs by real exporters, recognizeEncoder', () => {
  const { ids, models } = readGolden();

  test.each(Object.entries(models))('gives what computes the vectors of %s, or refuses it', (name, model) => {
    const found = recognize(name, model.output);
    if (KNOWN.includes(name)) expect(found).not.toBeInstanceOf(Error);
    if (found instanceof Error) return;
    ids.forEach((text, index) => {
      if (text.length > MAX_TOKENS) return;
      const expected = Float32Array.from(model.embeddings[index] ?? []);
      expect(getCosine(embed(found, text, model.pooling), expected)).toBeGreaterThan(0.99999);
    });
  });
});
