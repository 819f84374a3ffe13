/** A provider's vectors, as every target answers: of unit length, as wide as asked for, under their space's name. */
import type { Provider, ProviderRows } from '../../contract/provider.js';
import type { EmbeddedRows } from '../../contract/target.js';
import { EmbeddingError } from '../../errors/errors.js';
import { cutDimensions } from '../../models/matryoshka.js';
import { scaleRowsToUnit } from '../../util/unit-length.js';
import type { ProbeReference } from '../../spaces/parity/parity-probe.js';
import { baseOf, spaceOfProvider } from '../../spaces/space-binding.js';

/** What a provider's vectors are to become. */
export interface RowTerms {
  readonly provider: Provider;
  /** The client's own space, where the provider was found to answer in it. */
  readonly reference: ProbeReference | null;
  /** Whether the app wants vectors of unit length; where there is a reference, it decides. */
  readonly normalize: boolean;
  /** Whether vectors of the client's model are centred before they are cut. */
  readonly centersBeforeCut: boolean;
  /** The width asked for. */
  readonly dimensions: number | undefined;
  /** The text that was put before each input. */
  readonly prompt: string;
}

/** Rounding to float32 moves a length by less: such a row stays as it came, to the last bit. */
const LENGTH_TOLERANCE = 1e-6;

/**
 * The rows under their space's name; `rows.vectors` is scaled in place or replaced.
 *
 * A provider of the client's own model is asked for whole vectors, which are cut here as this device cuts them.
 *
 * @throws EmbeddingError `invalid_reply` when vectors of the client's own model have another width than it, or when what is
 *   left of one that is cut is only zeros.
 */
export function finishRows(rows: ProviderRows, terms: RowTerms): EmbeddedRows {
  const { provider, reference, normalize } = terms;
  const { vectors, dimensions } = reference ? cutRows(rows, reference, terms) : rows;
  if (reference?.normalize ?? normalize) scaleRows(vectors, dimensions, provider);
  const space = reference ? baseOf(reference.space) : spaceOfProvider(provider, normalize);
  return {
    vectors,
    dimensions,
    totalTokens: rows.totalTokens ?? 0,
    space: `${space};dimensions=${String(dimensions)}`,
    prompt: terms.prompt,
    provider: { kind: 'remote', id: provider.id, host: provider.host },
    model: provider.model,
  };
}

function cutRows(
  rows: ProviderRows,
  { dimensions: full }: ProbeReference,
  { provider, dimensions = full, centersBeforeCut }: RowTerms,
): Pick<ProviderRows, 'vectors' | 'dimensions'> {
  if (rows.dimensions !== full) throw wrong(provider, `vectors of ${String(full)} numbers`, String(rows.dimensions));
  if (dimensions === full) return rows;
  const settings = { isCentered: centersBeforeCut, isScaled: false };
  return { vectors: cutDimensions(rows.vectors, full, dimensions, settings), dimensions };
}

function scaleRows(vectors: Float32Array, dimensions: number, provider: Provider): void {
  for (let start = 0; start < vectors.length; start += dimensions) {
    const row = vectors.subarray(start, start + dimensions);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) throw wrong(provider, 'a direction in each vector', 'only zeros');
    if (Math.abs(length - 1) > LENGTH_TOLERANCE) scaleRowsToUnit(row, dimensions);
  }
}

function wrong({ host }: Provider, expected: string, came: string): EmbeddingError {
  return new EmbeddingError('invalid_reply', `Expected ${expected} from ${host}, but got ${came}.`);
}
