// When what is typed is kept: in the browser's journal within two seconds, on the server two seconds
// after the last key and at the latest five seconds after the first. Never two saves at once; what
// changes meanwhile goes with the next. A save that fails is tried again, later each time.

import { Backoff } from "../lib/backoff";

export interface Clock {
  set(task: () => void, delay: number): unknown;
  clear(timer: unknown): void;
}

const realClock: Clock = {
  set: (task, delay) => setTimeout(task, delay),
  clear: (timer) => clearTimeout(timer as number),
};

/** What became of a save: "later" is tried again, "stop" is not until something changes. */
export type Outcome = "saved" | "later" | "stop";

export interface Work {
  /** Puts everything into the journal. */
  note(): void;
  /** Sends everything to the server. */
  save(): Promise<Outcome>;
}

export class Autosave {
  static readonly noting = 1_000;
  static readonly quiet = 2_000;
  static readonly latest = 5_000;

  #note: unknown;
  #quiet: unknown;
  #latest: unknown;
  #retry: unknown;
  #unsaved = false;
  #stopped = false;
  #saving: Promise<Outcome> | undefined;
  readonly #backoff: Backoff;

  constructor(
    readonly work: Work,
    readonly clock: Clock = realClock,
    random: () => number = Math.random,
  ) {
    this.#backoff = new Backoff(2_000, 60_000, random);
  }

  /** Whether the server lacks something. */
  get unsaved(): boolean {
    return this.#unsaved || this.#saving !== undefined;
  }

  changed(): void {
    if (this.#stopped) return;
    this.#unsaved = true;
    this.#note ??= this.clock.set(() => this.note(), Autosave.noting);
    this.#clear("quiet");
    this.#quiet = this.clock.set(() => void this.#due(), Autosave.quiet);
    this.#latest ??= this.clock.set(() => void this.#due(), Autosave.latest);
  }

  /** Into the journal now, when something waits for it. */
  note(): void {
    if (this.#note === undefined) return;
    this.clock.clear(this.#note);
    this.#note = undefined;
    this.work.note();
  }

  /** To the server now, whatever waits; resolves when nothing is under way any more. */
  async flush(): Promise<Outcome> {
    this.#clear("quiet", "latest", "retry");
    let outcome: Outcome = this.#saving ? await this.#saving : "saved";
    if (this.#unsaved) outcome = await this.#save();
    return outcome;
  }

  /** The connection is back: there is no need to wait. */
  hurry(): void {
    if (this.#retry === undefined) return;
    this.#clear("retry");
    void this.#due();
  }

  /** It was sent or discarded: nothing is kept any more. */
  stop(): void {
    this.#stopped = true;
    this.#unsaved = false;
    this.#clear("quiet", "latest", "retry");
    this.clock.clear(this.#note);
    this.#note = undefined;
  }

  /** It was not sent after all. */
  resume(): void {
    this.#stopped = false;
  }

  async #due(): Promise<void> {
    this.#clear("quiet", "latest");
    if (this.#saving || this.#retry !== undefined || !this.#unsaved) return;
    await this.#save();
  }

  async #save(): Promise<Outcome> {
    this.#unsaved = false;
    this.#saving = this.work.save().catch(() => "later" as const);
    const outcome = await this.#saving;
    this.#saving = undefined;
    if (this.#stopped) return outcome;
    if (outcome === "saved") this.#backoff.reset();
    else this.#unsaved = true;
    if (outcome === "later") {
      this.#clear("retry");
      this.#retry = this.clock.set(() => this.hurry(), this.#backoff.next());
    } else if (outcome === "saved" && this.#unsaved && this.#quiet === undefined && this.#latest === undefined) {
      // Its time came while the other save was under way.
      this.#quiet = this.clock.set(() => void this.#due(), 0);
    }
    return outcome;
  }

  #clear(...names: ("quiet" | "latest" | "retry")[]): void {
    for (const name of names) {
      if (name === "quiet") {
        this.clock.clear(this.#quiet);
        this.#quiet = undefined;
      } else if (name === "latest") {
        this.clock.clear(this.#latest);
        this.#latest = undefined;
      } else {
        this.clock.clear(this.#retry);
        this.#retry = undefined;
      }
    }
  }
}
