// For `Symbol.asyncDispose`, which an app's own `lib` may lack: in the declarations it would be an error there.
/// <reference lib="esnext.disposable" preserve="true" />

/** What an app holds. What is behind it is in `core.ts`. */
import type { ChunkOptions, TextChunk } from '../api/chunks.js';
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { EgressReport } from '../api/egress.js';
import type { ClientEvents } from '../api/events.js';
import type { TextTokens, TokensOptions } from '../api/tokens.js';
import { BUNDLED_MODEL } from '../models/bundled-model.js';
import type { Capability } from '../plan/capability.js';
import type { PlannedTarget } from '../plan/plan.js';
import { checkListener, checkOptions } from './check-options.js';
import { ClientCore } from './core.js';
import { Embeddings } from './embeddings.js';
import { Jobs } from './jobs.js';
import { loadScript } from './load-script.js';
import { Models } from './models.js';

/** What a device offers, and which targets follow from it. */
export interface Capabilities extends Capability {
  /** Every target in the order it is tried, with the reason. */
  readonly plan: readonly PlannedTarget[];
  /** The space every answer must be of; undefined until there was one. */
  readonly space: string | undefined;
}

/**
 * Text to vectors in this page.
 *
 * The worker and the model start loading at once, unless `policy` puts providers first. Text leaves the device only for
 * the providers in `fallback`. Call `dispose()` when done.
 *
 * @example
 * const client = new EmbeddingClient();
 * const { data } = await client.embeddings.create({ input: 'Hello' });
 */
export class EmbeddingClient {
  /** The model it was made for. A provider of another one says so in its answers. */
  readonly model: string;
  /** OpenAI's `embeddings` resource. */
  readonly embeddings: Embeddings;
  /** OpenAI's `models` resource, with what each model does now. */
  readonly models: Models;
  /** Requests that one can leave and come back to, also after a reload. */
  readonly jobs: Jobs;
  readonly #core: ClientCore;

  /** @throws BadRequestError for an unknown option or an impossible value; `param` names it. */
  constructor(options: EmbeddingClientOptions = {}) {
    checkOptions(options);
    const { model = BUNDLED_MODEL } = options;
    const core = new ClientCore({ ...options, model });
    this.#core = core;
    this.model = model;
    this.embeddings = new Embeddings(core.openCalls);
    this.models = new Models(core.openCalls);
    this.jobs = new Jobs(model, () => core.openJobs());
    core.router.start();
    // A failure is told to the first call.
    core.openCalls().catch(() => undefined);
  }

  /**
   * Splits a text into chunks that the model takes whole, at ends of sentences where that is possible, so that none of it is
   * cut silently when they are embedded. Loads the model, whose tokenizer counts; nothing is embedded and nothing leaves.
   *
   * Every character is in a chunk. A sentence over the limit is split between words, such a word between graphemes.
   *
   * @throws BadRequestError with `param`; EmbeddingError `device_unsupported` when this device may not load the model, as under
   *   `only-remote`, or knows no sentences; what `embeddings.create()` throws when it can't be loaded; the signal's reason.
   * @example
   * const chunks = await client.chunk(note);
   * await client.embeddings.create({ input: chunks.map(({ text }) => text), task: 'document' });
   */
  async chunk(text: string, options: ChunkOptions = {}): Promise<TextChunk[]> {
    const { chunk } = await loadScript(() => import('../chunk/index.js'));
    return chunk(text, options, this.#core);
  }

  /**
   * The tokens of texts as the model gets them, and where each is in its text. Loads the model, whose tokenizer makes them;
   * nothing is embedded and nothing leaves.
   *
   * @returns one a text, in order.
   * @throws as {@link chunk}.
   * @example
   * const [{ ids, ranges, truncated }] = await client.tokens(note);
   */
  async tokens(input: string | readonly string[], options: TokensOptions = {}): Promise<TextTokens[]> {
    const { tokens } = await loadScript(() => import('../chunk/index.js'));
    return tokens(input, options, this.#core);
  }

  /** What this device offers, and which target is used, with the reason; as far as it is known at this moment. */
  capabilities(): Capabilities {
    const { plan, binding } = this.#core;
    return { ...plan.capability, plan: plan.targets, space: binding.bound };
  }

  /** What has left the device through this client: requests, texts and bytes, in all and by host. */
  get egress(): EgressReport {
    return this.#core.counter.report;
  }

  /**
   * Lets the next answer decide anew which space this client's vectors are of, and forgets what `spaceName` remembers.
   * Throw the vectors you have stored away before: comparing them with new ones may mean nothing.
   *
   * @throws EmbeddingError `storage_unavailable` when what `spaceName` remembers can't be deleted.
   */
  forgetSpace(): void {
    this.#core.binding.release();
  }

  /** Calls `listener` at every such event until the returned function is called. @throws BadRequestError for an unknown one. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    checkListener(name, listener);
    return this.#core.events.on(name, listener);
  }

  /** Ends the worker, which gives its memory back. Calls under way, and later ones, reject with code `disposed`. */
  dispose(): void {
    this.jobs.dispose();
    this.#core.router.dispose();
    this.#core.events.clear();
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }
}
