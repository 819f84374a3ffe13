/** Finds the open pages that can answer one request. Nothing is remembered from one request to the next. */
import { OFFER, type FromPage, type Offer } from '../../ports/page-messages.js';

/** What of a service worker's `clients` is used. */
export interface PageClients {
  matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly PageClient[]>;
  /** Undefined when it is closed. */
  get(id: string): Promise<unknown>;
}

/** A page. */
export interface PageClient {
  readonly id: string;
  postMessage(message: Offer, transfer: Transferable[]): void;
}

/** A page that waits for the request at the other end of `port`. */
export interface ReadyPage {
  readonly id: string;
  readonly port: MessagePort;
}

/** Between two offers to pages that don't answer: they may be loading still. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 800;
/** How long the page that asks may take to say that it answers itself, when another has said so already. */
const PREFERENCE_MS = 50;

/** Offers one request to every page until enough of them were tried. */
export class PageSearch {
  readonly #clients: PageClients;
  readonly #askerId: string;
  readonly #ports: MessagePort[] = [];
  readonly #tried = new Set<string>();
  #ready: readonly ReadyPage[] = [];
  #onReady: () => void = () => undefined;

  /** @param askerId - the page that asks, which is taken first: its client is the one its app has chosen. */
  constructor(clients: PageClients, askerId: string) {
    this.#clients = clients;
    this.#askerId = askerId;
  }

  /** A page that hasn't been given before; undefined when none has come forward after `waitMs`. */
  async next(waitMs: number, signal: AbortSignal): Promise<ReadyPage | undefined> {
    const endsAt = performance.now() + waitMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      const mayAnswerItself = await this.#offer();
      await this.#waitFor(() => this.#ready.length > 0, Math.min(pauseMs, endsAt - performance.now()));
      if (mayAnswerItself && this.#ready.length > 0) {
        await this.#waitFor(() => this.#ready.some(({ id }) => id === this.#askerId), PREFERENCE_MS);
      }
      const page = this.#take();
      if (page || performance.now() >= endsAt) return page;
    }
  }

  /** Offers that were made end: pages forget them. */
  close(): void {
    for (const port of this.#ports) port.close();
  }

  /** Whether the page that asks is among those offered to. Earlier offers stay open: they may have to wait in a page that loads. */
  async #offer(): Promise<boolean> {
    const pages = await this.#clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = pages.filter(({ id }) => !this.#tried.has(id));
    for (const page of open) {
      if (this.#ready.some(({ id }) => id === page.id)) continue;
      const { port1, port2 } = new MessageChannel();
      this.#ports.push(port1);
      port1.onmessage = ({ data }: MessageEvent<FromPage>) => {
        if (data.kind === 'ready') this.#add({ id: page.id, port: port1 });
      };
      page.postMessage({ type: OFFER }, [port2]);
    }
    return open.some(({ id }) => id === this.#askerId);
  }

  #add(page: ReadyPage): void {
    // A page that was loading answers every offer it finds.
    if (this.#tried.has(page.id) || this.#ready.some(({ id }) => id === page.id)) return;
    this.#ready = page.id === this.#askerId ? [page, ...this.#ready] : [...this.#ready, page];
    this.#onReady();
  }

  #take(): ReadyPage | undefined {
    const [page, ...others] = this.#ready;
    if (page) this.#tried.add(page.id);
    this.#ready = others;
    return page;
  }

  async #waitFor(isEnough: () => boolean, ms: number): Promise<void> {
    if (isEnough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, 0));
      this.#onReady = () => {
        if (!isEnough()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
