// One file on its way to the server, in pieces. When the connection breaks it goes on where the
// server says that it is; a token that is known no more begins anew.

import { Backoff } from "../lib/backoff";

export interface Wire {
  /** Throws when there is no connection. */
  send(path: string, options: { method: "GET" | "POST"; body?: Blob; signal: AbortSignal }): Promise<Response>;
  wait(delay: number, signal: AbortSignal): Promise<void>;
}

/** What can't be mended by trying again; its message is the server's sentence, or empty. */
export class Refused extends Error {}

export class Upload {
  static readonly smallest = 1 << 20;
  static readonly largest = 4 << 20;

  #token: string | undefined;
  #have = 0;
  #piece = Upload.smallest;
  readonly #stopping = new AbortController();
  readonly #backoff: Backoff;

  constructor(
    readonly file: Blob,
    readonly path: string,
    readonly wire: Wire,
    readonly moved: (part: number, waits: boolean) => void = () => undefined,
    random: () => number = Math.random,
  ) {
    this.#backoff = new Backoff(1_000, 30_000, random);
  }

  get stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** The token of the whole file. */
  async run(): Promise<string> {
    for (;;) {
      try {
        return await this.#go();
      } catch (error) {
        if (this.stopped || error instanceof Refused) throw error;
        this.moved(this.#part, true);
        await this.wire.wait(this.#backoff.next(), this.#stopping.signal);
        if (this.stopped) throw error;
        await this.#look();
      }
    }
  }

  /** Gives it up, here and on the server. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const token = this.#token;
    this.#token = undefined;
    if (token) await this.wire.send(`${this.path}/${token}/removal`, { method: "POST", signal: new AbortController().signal }).catch(() => undefined);
  }

  get #part(): number {
    return this.file.size === 0 ? 0 : this.#have / this.file.size;
  }

  async #go(): Promise<string> {
    if (this.#token === undefined) {
      const answer = (await this.#ask(this.path, { method: "POST" })) as { upload: string };
      this.#token = encodeURIComponent(answer.upload);
      this.#have = 0;
    }
    while (this.#have < this.file.size) {
      if (this.stopped) throw new Error("Given up");
      const started = performance.now();
      const piece = this.file.slice(this.#have, this.#have + this.#piece);
      const { have } = (await this.#ask(`${this.path}/${this.#token}?offset=${this.#have}`, { method: "POST", body: piece })) as { have: number };
      // Never in haste where nothing moves.
      if (have === this.#have) throw new Error("The server took nothing");
      // More per piece where that takes no time, so that a cut never costs more than a moment.
      if (performance.now() - started < 500) this.#piece = Math.min(Upload.largest, this.#piece * 2);
      this.#arrived(have);
      this.#backoff.reset();
    }
    return decodeURIComponent(this.#token);
  }

  /** After a cut: what did the server get? */
  async #look(): Promise<void> {
    if (this.#token === undefined) return;
    try {
      const response = await this.wire.send(`${this.path}/${this.#token}`, { method: "GET", signal: this.#stopping.signal });
      if (response.status === 404 || response.status === 410) this.#token = undefined;
      else if (response.ok) this.#arrived(((await response.json()) as { have: number }).have);
    } catch {
      // Still cut; the next piece will tell.
    }
  }

  #arrived(have: number): void {
    this.#have = Math.min(Math.max(0, have), this.file.size);
    this.moved(this.#part, false);
  }

  async #ask(path: string, options: { method: "POST"; body?: Blob }): Promise<unknown> {
    const response = await this.wire.send(path, { ...options, signal: this.#stopping.signal });
    if (response.status === 404 || response.status === 410) {
      this.#token = undefined;
      throw new Error("The server knows nothing of it");
    }
    // 409: the server has another length; that is as good as an answer.
    if (response.ok || response.status === 409) return response.json();
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    const { sentence = "" } = (await response.json().catch(() => ({}))) as { sentence?: string };
    throw new Refused(sentence);
  }
}
