/** Models of a few numbers in hub layout, so that every way of pooling and every limit can be checked by hand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeModel } from '../../src/runtime/onnx/write-onnx.js';
import { ENDLESS, makeLoopingGraph, type GraphLoop } from './looping-graph.js';
import { writeSafetensors } from './safetensors.js';
import { DIMENSIONS, tokenVector, VOCABULARY } from './tiny-vectors.js';

/** How a model differs from the plain one, which pools by the mean and scales to unit length. */
interface Variant {
  readonly output?: string;
  readonly weights?: 'model.onnx' | 'model_quantized.onnx';
  readonly pooling?: string;
  readonly modules?: readonly string[];
  readonly maxTokens?: number;
  readonly width?: number;
  readonly prompts?: Readonly<Record<string, string>>;
  /** How what the graph computes ends: in half precision, or with a second output that has every number's negative. */
  readonly ending?: 'half' | 'negative';
  /** A loop that the graph's vectors go through. */
  readonly loop?: GraphLoop;
  /** More files, by path. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Parts of tokenizer.json in place of its own. */
  readonly tokenizer?: Readonly<Record<string, unknown>>;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  mean: { pooling: 'mean_tokens', maxTokens: 6 },
  'cls-unscaled': { pooling: 'cls_token', modules: ['Transformer', 'Pooling'], weights: 'model.onnx' },
  'last-token': { pooling: 'lasttoken' },
  'max-pooling': { pooling: 'max_tokens' },
  'weighted-mean': { pooling: 'weightedmean_tokens' },
  'cls-and-mean': { files: { '1_Pooling/config.json': { pooling_mode: ['cls', 'mean'] } } },
  'endless-at-ten': { pooling: 'mean_tokens', loop: { token: 'ten', rounds: ENDLESS } },
  'endless-always': { pooling: 'mean_tokens', loop: { rounds: ENDLESS } },
  // Less than a second of work, which takes a minute by the clock of its test.
  'slow-at-ten': { pooling: 'mean_tokens', loop: { token: 'ten', rounds: 1_000_000n } },
  'says-nothing': { modules: [] },
  dense: { pooling: 'mean_tokens', modules: ['Transformer', 'Pooling', 'Dense'], files: makeDense() },
  'dense-without-weights': { pooling: 'mean_tokens', modules: ['Transformer', 'Pooling', 'Dense'] },
  'half-output': { pooling: 'mean_tokens', ending: 'half' },
  'two-outputs': { pooling: 'mean_tokens', ending: 'negative' },
  'two-files': {
    pooling: 'mean_tokens',
    files: {
      'onnx/model_O2.onnx': makeGraph('last_hidden_state', DIMENSIONS, undefined, -1),
      'onnx/text_model.onnx': makeGraph('last_hidden_state', DIMENSIONS, undefined, -1),
    },
  },
  prompts: { pooling: 'mean_tokens', prompts: { query: 'one two ', document: 'three ' } },
  // Another kind of tokenizer of the same words, whose unknown token tokenizer_config.json doesn't name.
  'word-level': {
    pooling: 'mean_tokens',
    tokenizer: { model: { type: 'WordLevel', vocab: makeVocabulary(), unk_token: '[UNK]' } },
  },
  'unknown-normalizer': { pooling: 'mean_tokens', tokenizer: { normalizer: { type: 'Odd' } } },
  classifier: { output: 'logits' },
  // As wide as many models of many makers.
  'wide-768': { pooling: 'mean_tokens', width: 768 },
  // Known as a Matryoshka model, with prompts that its own files don't name.
  'nomic-embed-text-v1.5': { modules: [] },
};

/** Writes every variant to `${directory}/tests/${variant}/resolve/main/…`, known models under their own id. */
export function writeTinyModels(directory: string): void {
  for (const [name, variant] of Object.entries(VARIANTS)) {
    for (const [path, content] of Object.entries(makeFiles(variant))) {
      const file = join(directory, variantId(name), 'resolve/main', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content instanceof Uint8Array ? content : JSON.stringify(content));
    }
  }
}

function variantId(name: string): string {
  return name.startsWith('nomic') ? `nomic-ai/${name}` : `tests/${name}`;
}

function makeFiles(variant: Variant): Record<string, unknown> {
  const {
    pooling,
    modules = ['Transformer', 'Pooling', 'Normalize'],
    maxTokens,
    prompts,
    width = DIMENSIONS,
  } = variant;
  return {
    'config.json': {
      model_type: 'bert',
      hidden_size: width,
      vocab_size: VOCABULARY.length,
      max_position_embeddings: 16,
    },
    'tokenizer.json': { ...(makeTokenizer() as object), ...variant.tokenizer },
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: 512 },
    [`onnx/${variant.weights ?? 'model_quantized.onnx'}`]: variant.loop
      ? makeLoopingGraph(variant.loop)
      : makeGraph(variant.output ?? 'last_hidden_state', width, variant.ending),
    ...(pooling !== undefined && { '1_Pooling/config.json': { [`pooling_mode_${pooling}`]: true } }),
    ...(modules.length > 0 && {
      'modules.json': modules.map((name, idx) => ({
        idx,
        path: idx === 0 ? '' : `${String(idx)}_${name}`,
        type: `sentence_transformers.models.${name}`,
      })),
    }),
    ...(maxTokens !== undefined && { 'sentence_bert_config.json': { max_seq_length: maxTokens } }),
    ...(prompts && { 'config_sentence_transformers.json': { prompts } }),
    ...variant.files,
  };
}

/** A module that keeps the first three numbers, in the order 2, 0, 1. */
function makeDense(): Record<string, unknown> {
  const values = [2, 0, 1].flatMap((from) => Array.from({ length: DIMENSIONS }, (_, at) => (at === from ? 1 : 0)));
  return {
    '2_Dense/config.json': {
      in_features: DIMENSIONS,
      out_features: 3,
      bias: false,
      activation_function: 'torch.nn.modules.linear.Identity',
    },
    '2_Dense/model.safetensors': writeSafetensors({ 'linear.weight': { shape: [3, DIMENSIONS], values } }),
  };
}

/** Looks every token up in a table, whose numbers are scaled, and multiplies by its mask, so that both inputs are used. */
function makeGraph(output: string, width: number, ending?: Variant['ending'], scale = 1): Uint8Array {
  const table = Float32Array.from(
    VOCABULARY.flatMap((_, id) => tokenVector(id, width)),
    (value) => value * scale,
  );
  const shape = ['batch', 'sequence'];
  const dims = [...shape, width];
  return encodeModel({
    graphName: 'tiny',
    producer: 'tests',
    documentation: '',
    opset: 17,
    inputs: [
      { name: 'input_ids', type: 'int64', dims: shape },
      { name: 'attention_mask', type: 'int64', dims: shape },
    ],
    outputs: [
      { name: output, type: ending === 'half' ? 'float16' : 'float32', dims },
      ...(ending === 'negative' ? [{ name: 'negative', type: 'float32', dims } as const] : []),
    ],
    nodes: [
      node('Gather', ['table', 'input_ids'], 'vectors'),
      node('Cast', ['attention_mask'], 'mask', { to: 1 }),
      node('Unsqueeze', ['mask', 'last_axis'], 'column'),
      node('Mul', ['vectors', 'column'], ending === 'half' ? 'whole' : output),
      ...(ending === 'half' ? [node('Cast', ['whole'], output, { to: 10 })] : []),
      ...(ending === 'negative' ? [node('Neg', [output], 'negative')] : []),
    ],
    tensors: [
      { name: 'table', type: 'float32', dims: [VOCABULARY.length, width], bytes: new Uint8Array(table.buffer) },
      { name: 'last_axis', type: 'int64', dims: [1], bytes: new Uint8Array(BigInt64Array.of(-1n).buffer) },
    ],
  });
}

function node(
  operator: string,
  inputs: string[],
  output: string,
  attributes: Record<string, number> = {},
): Parameters<typeof encodeModel>[0]['nodes'][number] {
  return { operator, name: output, inputs, outputs: [output], attributes };
}

/** The content of tokenizer.json: one token a word, in [CLS] … [SEP]. */
export function makeTokenizer(): unknown {
  const special = (id: number): unknown => ({ SpecialToken: { id: VOCABULARY[id], type_id: 0 } });
  const definition = (id: number): [string, unknown] => [
    VOCABULARY[id] ?? '',
    { id: VOCABULARY[id], ids: [id], tokens: [VOCABULARY[id]] },
  ];
  return {
    version: '1.0',
    added_tokens: [0, 1, 2, 3].map((id) => ({ id, content: VOCABULARY[id], special: true, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special(2), { Sequence: { id: 'A', type_id: 0 } }, special(3)],
      pair: [],
      special_tokens: Object.fromEntries([definition(2), definition(3)]),
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: makeVocabulary(),
    },
  };
}

/** Word → id. */
function makeVocabulary(): Record<string, number> {
  return Object.fromEntries(VOCABULARY.map((word, id) => [word, id]));
}
