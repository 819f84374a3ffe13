/** The id of the model that comes with this package. */
export const BUNDLED_MODEL = 'universal-sentence-encoder-lite';
