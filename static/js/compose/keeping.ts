// Nothing that was typed is lost: the journal, the server, what is found when a form opens again.

import { Autosave, type Outcome } from "./autosave";
import { type Answer, Draft } from "./draft";
import { type Entry, type Fields, hasMore, isEmpty } from "./entry";
import { Journal } from "./journal";
import { keepLast, takeLast, takeNew } from "./left";
import type { Phrases } from "./phrases";
import { textOf } from "./sanitise";
import type { Sayings } from "./sayings";
import type { Writing } from "./writing";

export interface Around {
  phrases: Phrases;
  sayings: Sayings;
  writing: Writing;
  /** The fields were filled from the journal. */
  filled(fields: Fields): void;
}

export class Keeping {
  readonly autosave: Autosave;
  #over = false;
  #changedAt = 0;
  /** The next save goes into the Drafts folder too; the server does so by itself when writing rests. */
  #files = false;
  #unfiled = false;
  #letGo: () => void = () => undefined;

  constructor(
    readonly form: HTMLFormElement,
    readonly draft: Draft,
    readonly journal: Journal,
    readonly around: Around,
  ) {
    // Held as long as the page has the form, so that no other one offers its text as forgotten.
    void navigator.locks?.request(this.#lock(draft.read("key")), () => new Promise<void>((done) => (this.#letGo = done)));
    this.autosave = new Autosave({ note: () => this.#note(), save: () => this.#save() });
  }

  changed(): void {
    if (this.#changedAt === 0) this.around.sayings.withdraw("unsent");
    this.#changedAt = Date.now();
    this.autosave.changed();
  }

  /** Saves now, changed or not, and into the Drafts folder. */
  save(): Promise<Outcome> {
    this.#files = true;
    this.autosave.changed();
    return this.autosave.flush();
  }

  /** The form goes out of sight, the page stays. */
  keep(): void {
    if (this.#over) return;
    this.autosave.note();
    if (this.autosave.unsaved) void this.autosave.flush();
  }

  /** The form is left. */
  close(): void {
    if (this.#over) return;
    this.autosave.note();
    this.#letGo();
    if (this.autosave.unsaved || this.#unfiled) void this.save();
  }

  /** The page goes: what the journal has counts, and the server may hear of it all the same. */
  leave(): void {
    if (this.#over || !this.autosave.unsaved) return;
    this.around.writing.writeOut();
    const { id, revision, fields } = this.draft;
    const leaving = this.draft.leave();
    const entry = { id, revision, fields, at: this.#changedAt, leaving };
    keepLast({ ...entry, owner: this.journal.owner });
    void this.journal.note(entry).catch(() => undefined);
  }

  /** Sent or discarded: nothing of it is kept here. */
  finish(id: string): void {
    this.#over = true;
    this.#letGo();
    this.autosave.stop();
    for (const each of new Set([id, this.draft.id])) {
      takeLast({ owner: this.journal.owner, id: each });
      void this.journal.forget(each);
    }
  }

  /** The form goes on elsewhere with what the server has. */
  handOver(): void {
    this.#over = true;
    this.#letGo();
    this.autosave.stop();
  }

  /** The path of the draft; made when there is none yet, so that files have somewhere to go. */
  async path(): Promise<string> {
    while (this.draft.number === "") {
      await this.autosave.flush();
      if (this.draft.number !== "") break;
      const { id } = this.draft;
      this.heed(await this.draft.post("keep"), id, this.#changedAt);
      if (this.draft.number === "") await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    return this.draft.path;
  }

  /** What an answer to a save means. */
  heed(answer: Answer, id: string, at = this.#changedAt): Outcome {
    const { phrases, sayings } = this.around;
    switch (answer.kind) {
      case "saved":
      case "conflict":
        this.#served(id, at);
        sayings.settle(phrases.say("unreachable"));
        if (answer.kind === "conflict") sayings.offer(answer.sentence, []);
        else sayings.say(answer.saved, "saved");
        return "saved";
      case "unreachable":
        sayings.say(phrases.say(navigator.onLine ? "unsaved" : "offline"), "offline");
        return "later";
      case "gone":
        sayings.offer(answer.sentence || phrases.say("gone"), [[phrases.say("save-new"), () => this.#saveAnew()]]);
        return "stop";
      case "refused":
        sayings.say(answer.sentence || phrases.say("kept"), "offline");
        return "stop";
      default:
        return "saved";
    }
  }

  /** Looks what the journal has of this message, or of others that the server knows nothing of. */
  async restore(): Promise<void> {
    const { id, fields: drawn, revision } = this.draft;
    const last = takeLast({ owner: this.journal.owner, id });
    const noted = await this.journal.find(id);
    const entry = last && last.at >= (noted?.at ?? 0) ? last : noted;
    if (this.#changedAt > 0) return;
    if (!entry) {
      const blank = !drawn.reference && isEmpty({ ...drawn, format: "text", text: "" }, textOf);
      if (this.draft.number === "" && blank) await this.#offerUnsent();
    } else if (hasMore(entry, drawn, textOf)) this.#bringBack(entry, drawn, revision);
    else await this.journal.forget(id);
  }

  #bringBack(entry: Entry, drawn: Fields, revision: number): void {
    const { phrases, sayings } = this.around;
    this.fill(entry.fields);
    // Saved by somebody else meanwhile? Then the server keeps both.
    this.draft.revision = entry.revision;
    this.changed();
    // The page before may have got it through after this one was drawn; the same once more is no change.
    if (entry.leaving) void this.autosave.flush();
    const forget = () => {
      this.fill(drawn);
      this.draft.revision = Math.max(revision, this.draft.revision);
      void this.journal.forget(this.draft.id);
      sayings.withdraw();
      this.changed();
    };
    sayings.offer(phrases.say("restored"), [[phrases.say("forget"), forget]]);
  }

  async #offerUnsent(): Promise<void> {
    const { phrases, sayings } = this.around;
    for (const entry of takeNew(this.journal.owner)) await this.journal.note({ ...entry, leaving: true }).catch(() => undefined);
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const open = new Set(held.map(({ name }) => name));
    const unsent = (await this.journal.unsent()).filter(({ id, fields }) => id !== this.draft.id && !isEmpty(fields, textOf));
    const isOpen = ({ fields }: Entry) => open.has(this.#lock(fields.key ?? ""));
    const forgotten = unsent.filter((entry) => !isOpen(entry));
    // A page that is just being closed still has its own for a moment.
    const closing = unsent.find(isOpen);
    if (closing) void navigator.locks.request(this.#lock(closing.fields.key ?? ""), { signal: AbortSignal.timeout(5_000) }, () => undefined).then(() => this.#offerUnsent(), () => undefined);
    // What a page said when it was left may have come through: once more, and it is a draft like others.
    for (const entry of forgotten.filter(({ leaving }) => leaving)) {
      if (await this.draft.deliver(entry.fields)) await this.journal.forget(entry.id);
    }
    const newest = forgotten.find(({ leaving }) => !leaving);
    if (!newest || this.#changedAt > 0) return;
    const date = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", hour: "numeric", minute: "numeric" }).format(newest.at);
    const { subject } = newest.fields;
    const goOn = () => {
      this.draft.write("key", newest.fields.key ?? this.draft.read("key"));
      this.fill(newest.fields);
      sayings.withdraw();
      this.changed();
    };
    const forget = () => {
      sayings.withdraw();
      void this.journal.forget(newest.id).then(() => this.#offerUnsent());
    };
    sayings.offer(phrases.say("unsent", { date }) + (subject ? `: ${subject}` : ""), [[phrases.say("unsent-go-on"), goOn], [phrases.say("forget"), forget]], "unsent");
  }

  #lock(key: string): string {
    return `restante-writing:${this.journal.owner} ${key}`;
  }

  /** Text by `value`, formatted text through the sanitiser: nothing of it is markup here. */
  fill(fields: Fields): void {
    for (const name of Draft.kept) {
      const value = fields[name];
      if (name !== "format" && name !== "key" && value !== undefined) this.draft.write(name, value);
    }
    if (fields.format === "html") this.around.writing.format(fields.rich ?? "");
    else if (this.around.writing.formatted) this.around.writing.unformat(fields.text ?? "");
    this.around.filled(fields);
  }

  #note(): void {
    const note = () => {
      if (this.#over) return;
      this.around.writing.writeOut();
      const { id, revision, fields } = this.draft;
      void this.journal.note({ id, revision, fields, at: this.#changedAt }).catch(() => undefined);
    };
    // Typing comes first, as long as the two seconds are kept.
    if ("requestIdleCallback" in globalThis && !document.hidden) requestIdleCallback(note, { timeout: 600 });
    else note();
  }

  async #save(): Promise<Outcome> {
    this.around.writing.writeOut();
    const { id, fields, number } = this.draft;
    const at = this.#changedAt;
    if (number === "" && isEmpty(fields, textOf)) return "saved";
    const files = this.#files;
    this.#files = false;
    const outcome = this.heed(await this.draft.post(files ? "save" : "keep"), id, at);
    if (outcome === "saved") this.#unfiled = !files;
    else this.#files ||= files;
    return outcome;
  }

  #served(id: string, at: number): void {
    takeLast({ owner: this.journal.owner, id });
    if (id === this.draft.id) void this.journal.served(id, at);
    // The draft has a number now, by which the journal is to know what was typed since.
    else void this.journal.forget(id).then(() => (at < this.#changedAt ? this.#note() : undefined));
    // The answer may come when another page is there.
    if (this.form.isConnected && !this.form.closest(".panel")) history.replaceState(history.state, "", this.draft.path);
  }

  #saveAnew(): void {
    void this.journal.forget(this.draft.id);
    this.draft.renew();
    this.around.sayings.withdraw();
    this.changed();
    void this.autosave.flush();
  }
}
