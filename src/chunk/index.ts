/** What asks the model's tokenizer. The page loads this file and all it imports only when there is something to ask. */
export { chunk } from './chunk.js';
export { tokens } from './tokens.js';
