/** The browser's own embedder as a target: a model nobody downloads for this page, in a space of its own. */
import type { ModelStats } from '../../api/models.js';
import type { EmbeddedRows, OtherTarget, TargetOptions, TargetRequest } from '../../contract/target.js';
import { IDLE } from '../../models/stats.js';
import { BUILTIN_SPACE } from '../../spaces/builtin-space.js';
import { disposedError } from '../../errors/disposed.js';
import { BadRequestError, EmbeddingError, isEmbeddingError } from '../../errors/errors.js';
import { shareSuccess } from '../../util/share-success.js';
import { waitUnder } from '../../util/deadline.js';
import { scaleRowsToUnit } from '../../util/unit-length.js';
import {
  BUILTIN_NAME,
  TASK_TYPES,
  type SemanticEmbedder,
  type SemanticEmbedderPlatform,
  type SemanticEmbedding,
} from './semantic-embedder.js';

/** What a builtin target works with. */
export interface BuiltinSettings {
  readonly platform: SemanticEmbedderPlatform | undefined;
  /** Whether the browser may download its model for it. */
  readonly mayDownload: boolean;
  /** How much of its model has been downloaded, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** It can be asked. */
  readonly onReady: () => void;
  /** Called when it turns out that it can't be used, with the reason. */
  readonly onUnavailable: (reason: string) => void;
}

/** Between two of them an abort is heeded and progress told. */
const MAX_TEXTS = 32;

/** One batch of rows, checked. */
interface Batch {
  readonly rows: SemanticEmbedding['embeddings'];
  readonly space: string;
}

/** Asks the browser. */
export class BuiltinTarget implements OtherTarget {
  readonly kind = 'builtin';
  readonly #settings: BuiltinSettings;
  readonly #end = new AbortController();
  readonly #open: () => Promise<SemanticEmbedder> = shareSuccess(() => this.#create());
  #embedder: SemanticEmbedder | undefined;

  constructor(settings: BuiltinSettings) {
    this.#settings = settings;
  }

  /**
   * Vectors of unit length, with the browser's own counts.
   *
   * @throws BadRequestError `unsupported_parameter` for what the browser doesn't offer; `context_length_exceeded`.
   * @throws EmbeddingError `device_unsupported`, `invalid_vector`, `disposed`; the signal's reason.
   */
  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { signal, onProgress } = options;
    signal.throwIfAborted();
    const texts = checkRequest(request);
    const embedder = await waitUnder(signal, this.#open());
    const rows: Batch['rows'][number][] = [];
    let space: string | undefined;
    for (let start = 0; start < texts.length; start += MAX_TEXTS) {
      const batch = await this.#ask(embedder, texts.slice(start, start + MAX_TEXTS), request, signal);
      if (space !== undefined && batch.space !== space) throw wrong('rows of two spaces in one call');
      space = batch.space;
      rows.push(...batch.rows);
      onProgress?.({ completed: rows.length, total: texts.length });
    }
    return describeRows(rows, space ?? '');
  }

  /** The browser doesn't tell what it does. */
  stats(): ModelStats {
    return IDLE;
  }

  dispose(): void {
    this.#end.abort(disposedError());
    this.#embedder?.destroy();
  }

  async #ask(
    embedder: SemanticEmbedder,
    texts: readonly string[],
    { task, truncate }: TargetRequest,
    signal: AbortSignal,
  ): Promise<Batch> {
    const options = { signal, ...(task && { taskType: TASK_TYPES[task] }) };
    let answer: SemanticEmbedding;
    try {
      answer = await waitUnder(this.#end.signal, waitUnder(signal, embedder.embed(texts, options)));
    } catch (error) {
      signal.throwIfAborted();
      throw isEmbeddingError(error) ? error : failure('embed', error);
    }
    const batch = checkAnswer(answer, texts.length);
    if (truncate === 'error' && batch.rows.some(({ statistics }) => statistics.truncated)) {
      const message = `Expected at most ${answer.metadata.maxInputTokens} tokens in each text of 'input', but one has more. Split the text, or pass truncate: 'end'.`;
      throw new BadRequestError('context_length_exceeded', message, { param: 'input' });
    }
    return batch;
  }

  async #create(): Promise<SemanticEmbedder> {
    const { platform, mayDownload, onProgress, onReady } = this.#settings;
    const { signal } = this.#end;
    signal.throwIfAborted();
    try {
      const state = (await platform?.availability()) ?? 'unavailable';
      if (!platform || state === 'unavailable') throw this.#refuse('The browser says that it is unavailable here.');
      if (state !== 'available' && !mayDownload) {
        throw this.#refuse(`Its model is still to be downloaded, which only builtin: 'only' asks for.`);
      }
      this.#embedder = await platform.create({
        signal,
        monitor: (target) => {
          target.addEventListener('downloadprogress', (event) => {
            onProgress(readShare(event));
          });
        },
      });
    } catch (error) {
      throw isEmbeddingError(error) ? error : failure('start', error);
    }
    if (signal.aborted) this.#embedder.destroy();
    signal.throwIfAborted();
    onReady();
    return this.#embedder;
  }

  #refuse(reason: string): EmbeddingError {
    this.#settings.onUnavailable(reason);
    return new EmbeddingError('device_unsupported', `The browser's own embedder can't be used. ${reason}`);
  }
}

/**
 * What a `downloadprogress` says, as a share.
 *
 * Source: Chrome for Developers, "Inform users of model download": `loaded` is from 0 to 1. As a progress event it has a
 * `total` as well.
 */
function readShare(event: Event): number {
  const { loaded = 0, total = 1 } = event as Partial<ProgressEvent>;
  return Math.min(1, Math.max(0, loaded / (total || 1)));
}

/** The texts, when the browser can honour all that was asked. */
function checkRequest({ inputs, dimensions, truncate }: TargetRequest): readonly string[] {
  const texts = inputs.filter((input) => typeof input === 'string');
  const param =
    texts.length < inputs.length
      ? 'input'
      : dimensions !== undefined
        ? 'dimensions'
        : truncate === 'start'
          ? 'truncate'
          : undefined;
  if (param === undefined) return texts;
  const message = `The browser's own embedder takes texts alone, in its own width, and cuts their end: it can't honour '${param}'.`;
  throw new BadRequestError('unsupported_parameter', message, { param });
}

/** As every backend's: the right number of vectors, equally wide, finite and not zero. */
function checkAnswer({ embeddings, metadata }: SemanticEmbedding, expected: number): Batch {
  const width = embeddings[0]?.values.length ?? 0;
  if (embeddings.length !== expected) throw wrong(`${embeddings.length} vectors for ${expected} texts`);
  if (typeof metadata.embeddingSpace !== 'string' || metadata.embeddingSpace === '') throw wrong('no embeddingSpace');
  for (const { values } of embeddings) {
    const square = values.reduce((sum, value) => sum + value * value, 0);
    if (values.length !== width) throw wrong('vectors of two widths');
    if (!Number.isFinite(square) || square === 0) throw wrong('a vector that is zero or not finite');
  }
  return { rows: embeddings, space: `${BUILTIN_SPACE}${metadata.embeddingSpace};dimensions=${width}` };
}

function describeRows(rows: Batch['rows'], space: string): EmbeddedRows {
  const dimensions = rows[0]?.values.length ?? 0;
  const vectors = new Float32Array(rows.length * dimensions);
  rows.forEach(({ values }, row) => {
    vectors.set(values, row * dimensions);
  });
  scaleRowsToUnit(vectors, dimensions);
  const tokenCounts = Uint32Array.from(rows, ({ statistics }) => statistics.tokenCount);
  return {
    vectors,
    dimensions,
    tokenCounts,
    totalTokens: tokenCounts.reduce((sum, count) => sum + count, 0),
    truncated: Uint8Array.from(rows, ({ statistics }) => (statistics.truncated ? 1 : 0)),
    space,
    provider: { kind: 'local', id: BUILTIN_NAME },
    model: BUILTIN_NAME,
  };
}

function wrong(came: string): EmbeddingError {
  return new EmbeddingError('invalid_vector', `The browser's own embedder gave ${came}. Use a model of this library.`);
}

/** By the error's name alone: its message may hold the text. */
function failure(what: 'start' | 'embed', error: unknown): EmbeddingError {
  const name = error instanceof Error ? error.name : 'an unknown error';
  const hint = name === 'NotAllowedError' ? ' A download needs a click: make the first call in its handler.' : '';
  return new EmbeddingError('device_unsupported', `The browser's own embedder failed to ${what}: ${name}.${hint}`);
}
