// The stream of events, one for all pages of a browser.
//
// Whoever holds the lock is the leader: it alone keeps a connection and tells the others what it
// hears. When its page goes, the browser hands the lock to the next one. Without locks or channels
// every page listens for itself. Nothing here is ever said to the reader: the page works without.

import { Backoff } from "./backoff";

export interface FeedEvent {
  kind: "mail" | "reset";
  data: unknown;
}

/** What a feed needs of its surroundings, so that tests can give it others. */
export interface Surroundings {
  open(url: string): Source;
  lock(name: string, signal: AbortSignal, held: () => Promise<void>): Promise<void>;
  channel(name: string): Channel | undefined;
  backoff: Backoff;
}
export interface Source {
  listen(event: string, heard: (data: string) => void): void;
  close(): void;
}
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

export class Feed {
  readonly #stop = new AbortController();
  readonly #channel: Channel | undefined;
  #source: Source | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #interrupted = false;

  constructor(
    readonly url: string,
    readonly heard: (event: FeedEvent) => void,
    readonly around: Surroundings,
  ) {
    const name = `restante:${url}`;
    this.#channel = around.channel(name);
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.heard(data as FeedEvent);
    void around.lock(name, this.#stop.signal, () => this.#lead()).catch(() => {
      // Given up while waiting for the lock: that is what close() does.
    });
  }

  /** The network is back: no need to wait any longer. */
  wake(): void {
    if (this.#timer === undefined) return;
    this.around.backoff.reset();
    this.#connect();
  }

  close(): void {
    this.#stop.abort();
    this.#disconnect();
    this.#channel?.close();
  }

  /** Leads until this page is left; the lock is held as long. */
  #lead(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    this.#connect();
    return new Promise((resolve) => this.#stop.signal.addEventListener("abort", () => resolve()));
  }

  #connect(): void {
    this.#disconnect();
    const source = this.around.open(this.url);
    this.#source = source;
    source.listen("open", () => {
      this.around.backoff.reset();
      // What happened while nobody listened is not known.
      if (this.#interrupted) this.#tell({ kind: "reset", data: null });
      this.#interrupted = false;
    });
    source.listen("mail", (data) => this.#tell({ kind: "mail", data: json(data) }));
    source.listen("reset", () => this.#tell({ kind: "reset", data: null }));
    source.listen("error", () => this.#retry());
  }

  /** The browser's own reconnecting knows neither back-off nor chance, so it is not used. */
  #retry(): void {
    this.#disconnect();
    this.#interrupted = true;
    this.#timer = setTimeout(() => this.#connect(), this.around.backoff.next());
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = undefined;
  }

  #tell(event: FeedEvent): void {
    this.#channel?.postMessage(event);
    this.heard(event);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
