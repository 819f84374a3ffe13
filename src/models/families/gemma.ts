/** Google's EmbeddingGemma. */
import type { FamilyFacts, FamilyUse } from '../record.js';

/**
 * For the page.
 *
 * Source: google/embeddinggemma-300m, model card, "Inputs and outputs"; onnx-community/embeddinggemma-300m-ONNX, model card
 * (export).
 */
export const GEMMA: FamilyFacts = {
  ids: ['google/embeddinggemma-300m', 'onnx-community/embeddinggemma-300m-ONNX'],
  dimensions: 768,
  matryoshkaDimensions: [768, 512, 256, 128],
};

/**
 * For workers. The graph pools. Its window is 2,048 tokens; the limit stays one below, since ONNX Runtime Web is reported to
 * overflow on WASM when a text fills it (1.26 from 768 tokens on).
 *
 * Source: google/embeddinggemma-300m, model card, "Inputs and outputs" and "Prompt instructions"; transformers,
 * `gemma3/convert_gemma3_weights.py` (names); ONNX Runtime issue 28726 (overflow of the window);
 * onnx-community/embeddinggemma-300m-ONNX, model card, "Usage" (fp16 "or its derivatives"), and ONNX Runtime issue 32600
 * (where fp16 overflows).
 */
export const GEMMA_USE: FamilyUse = {
  'embeddinggemma-300m': {
    hardLimitTokens: 2047,
    prompts: {
      query: 'task: search result | query: ',
      document: 'title: none | text: ',
      STS: 'task: sentence similarity | query: ',
      Classification: 'task: classification | query: ',
      Clustering: 'task: clustering | query: ',
      'question-answering': 'task: question answering | query: ',
      'fact-verification': 'task: fact checking | query: ',
      InstructionRetrieval: 'task: code retrieval | query: ',
    },
    refusedDtypes: ['fp16', 'q4f16'],
  },
};
