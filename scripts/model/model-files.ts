/**
 * The files of the model as the Hugging Face hub lays them out, as bytes in memory.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEncoder, MAX_TOKENS } from './encoder-graph.js';
import { ENCODER_SIZES, pickEncoderWeights } from './encoder-weights.js';
import type { Dtype } from './graph-builder.js';
import { encodeModel } from '../../src/runtime/onnx/write-onnx.js';
import { readTfjsWeights } from './read-tfjs.js';
import { buildTokenizer, buildTokenizerConfig, parseVocabulary, UNKNOWN_ID } from './tokenizer-json.js';

/** Where transformers.js looks for each dtype. Source: its 4.3.1, `utils/dtypes.js`, DEFAULT_DTYPE_SUFFIX_MAPPING. */
const ONNX_FILES: Readonly<Record<Dtype, string>> = { fp32: 'onnx/model.onnx', q8: 'onnx/model_quantized.onnx' };

/** The dtypes that a model can be made in. */
export const DTYPES: readonly Dtype[] = ['q8', 'fp32'];

/**
 * Makes every file of the model.
 *
 * @param source folder with `model.json`, its shards and `vocab.json`
 * @returns content by path under the repository's root on a hub, `config.json` first
 * @throws Error when the source is not the graph or vocabulary that the converter knows
 */
export function makeModelFiles(source: string, dtypes: readonly Dtype[]): Map<string, Uint8Array> {
  const weights = pickEncoderWeights(readTfjsWeights(source));
  const vocabulary = parseVocabulary(readFileSync(join(source, 'vocab.json'), 'utf8'));
  const files = new Map<string, Uint8Array>([
    ['config.json', toJson(buildConfig())],
    ['tokenizer.json', toJson(buildTokenizer(vocabulary))],
    ['tokenizer_config.json', toJson(buildTokenizerConfig(MAX_TOKENS))],
  ]);
  for (const dtype of dtypes) files.set(ONNX_FILES[dtype], encodeModel(buildEncoder(weights, dtype)));
  return files;
}

/**
 * What transformers.js reads of a model. Its AutoModel does not know the type, says so, and runs the graph as an
 * encoder, which is right.
 */
function buildConfig(): object {
  return {
    model_type: 'universal-sentence-encoder-lite',
    architectures: ['UniversalSentenceEncoderLite'],
    is_encoder_decoder: false,
    embedding_size: ENCODER_SIZES.embeddingWidth,
    hidden_size: ENCODER_SIZES.hiddenWidth,
    intermediate_size: ENCODER_SIZES.feedForwardWidth,
    num_attention_heads: ENCODER_SIZES.heads,
    num_hidden_layers: 2,
    max_position_embeddings: MAX_TOKENS,
    vocab_size: ENCODER_SIZES.embeddingRows,
    pad_token_id: UNKNOWN_ID,
    // Only q8 is shipped, so it is the dtype on every device unless the caller names another.
    'transformers.js_config': { dtype: 'q8' },
  };
}

function toJson(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`, 'utf8');
}
