import { Controller, visit } from "../../shared";
import { sayDeparture } from "../departure";
import { type Answer, Draft } from "../draft";
import { isEmpty } from "../entry";
import { Files } from "../files";
import { BrowserShelf, Journal } from "../journal";
import { Keeping } from "../keeping";
import { hidePopovers, need, parts } from "../parts";
import { Phrases } from "../phrases";
import type { Picture } from "../pictures";
import { textOf } from "../sanitise";
import { Sayings } from "../sayings";
import { Writing } from "../writing";

/**
 * The form of a message: templates/compose/form.html. What is typed is kept (keeping.ts), the text
 * has an editor (writing.ts), files go up in pieces (files.ts); this joins them and sends.
 */
export default class Compose extends Controller<HTMLFormElement> {
  static override values = { account: String, back: String, base: String, format: String, limit: Number, messageLimit: Number, path: String, size: Number };
  declare readonly accountValue: string;
  declare readonly backValue: string;
  declare readonly baseValue: string;
  declare readonly formatValue: string;
  declare readonly limitValue: number;
  declare readonly messageLimitValue: number;
  declare readonly pathValue: string;
  declare readonly sizeValue: number;

  #draft!: Draft;
  #files!: Files;
  #keeping!: Keeping;
  #phrases!: Phrases;
  #sayings!: Sayings;
  #writing!: Writing;
  #listening = new AbortController();
  #begun = false;
  #sending = false;
  readonly #pictures = new Map<string, Picture>();

  override connect(): void {
    // A panel is carried from page to page: nothing begins anew there.
    if (!this.#begun) this.#begin();
    this.#listen();
  }

  override disconnect(): void {
    this.#listening.abort();
    if (this.element.closest(".panel")) this.#keeping.keep();
    else this.#keeping.close();
  }

  #begin(): void {
    this.#begun = true;
    const form = this.element;
    const known = () => this.#pictures.values();
    const changed = () => this.#keeping.changed();
    for (const { dataset } of form.querySelectorAll<HTMLElement>("[data-picture]")) this.#learn({ cid: dataset.cid ?? "", url: dataset.path ?? "" });
    this.#phrases = new Phrases(need<HTMLTemplateElement>(form, "words"));
    this.#sayings = new Sayings(form);
    this.#draft = new Draft(form, this.pathValue, known);
    const saying = { phrases: this.#phrases, sayings: this.#sayings };
    this.#writing = new Writing(form, this.#draft, { ...saying, changed, known, pictures: (files) => this.#insert(files) });
    const journal = new Journal(`${this.baseValue} ${this.accountValue}`, new BrowserShelf());
    this.#keeping = new Keeping(form, this.#draft, journal, { ...saying, writing: this.#writing, filled: ({ subject }) => this.#filled(subject ?? "") });
    this.#files = new Files(
      { list: need(form, "fileList"), template: need<HTMLTemplateElement>(form, "fileTemplate"), sum: need(form, "sum") },
      { file: this.limitValue, message: this.messageLimitValue, size: this.sizeValue },
      this.#phrases,
      {
        uploads: `${this.baseValue}/uploads`,
        draft: () => this.#keeping.path(),
        revised: (revision) => (this.#draft.revision = revision),
        tell: (sentence, problem) => (problem ? this.#sayings.complain([{ sentence }]) : this.#sayings.say(sentence)),
      },
    );
    this.#title.dataset.usual = this.#title.textContent ?? "";
    // What is chosen goes up by itself, not with the form.
    need<HTMLInputElement>(form, "fileInput").removeAttribute("name");
    if (this.formatValue === "html") this.#writing.format();
    this.#files.sum();
    this.#writing.height();
    form.dataset.ready = "";
    void this.#keeping.restore();
    // The recipients' controllers stand within, and begin after this one.
    queueMicrotask(() => (this.#draft.read("to") ? this.#writing.focus() : this.#sayings.field("to")?.focus()));
  }

  #listen(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (target: EventTarget, name: string, does: (event: never) => void) => target.addEventListener(name, does as EventListener, { signal });
    for (const name of ["input", "change"]) on(this.element, name, (event: Event) => this.#typed(event));
    on(this.element, "submit", (event: SubmitEvent) => this.#submit(event));
    on(this.element, "keydown", (event: KeyboardEvent) => this.#key(event));
    on(this.element, "dragover", (event: DragEvent) => this.#hover(event));
    on(this.element, "dragleave", (event: DragEvent) => this.#out(event));
    on(this.element, "drop", (event: DragEvent) => this.#drop(event));
    on(this.element, "paste", (event: ClipboardEvent) => this.#paste(event));
    // A press on the toolbar leaves the cursor where it is.
    on(need(this.element, "toolbar"), "pointerdown", (event: Event) => event.preventDefault());
    on(need(this.element, "toolbar"), "mousedown", (event: Event) => event.preventDefault());
    on(need(this.element, "fileInput"), "change", () => this.#chosen());
    on(document, "visibilitychange", () => document.hidden && this.#keeping.keep());
    on(globalThis, "pagehide", () => this.#keeping.leave());
    // Only a file under way would be lost.
    on(globalThis, "beforeunload", (event: Event) => this.#files.busy && event.preventDefault());
    on(globalThis, "offline", () => this.#sayings.say(this.#phrases.say("offline"), "offline"));
    on(globalThis, "online", () => {
      if (this.#sayings.state === "offline") this.#sayings.say("");
      this.#keeping.autosave.hurry();
    });
  }

  #typed({ target }: Event): void {
    if (!(target instanceof HTMLElement) || need(this.element, "editor").contains(target)) return;
    const { name = "" } = target as HTMLInputElement;
    if (!name) return;
    if (name === "text") this.#writing.height();
    if (name === "subject") this.#entitle((target as HTMLInputElement).value);
    this.#sayings.clear(name);
    this.#keeping.changed();
  }

  #entitle(subject: string): void {
    this.#title.textContent = subject.trim() || this.#title.dataset.usual || "";
  }

  #filled(subject: string): void {
    this.#entitle(subject);
    for (const row of parts(this.element, "row")) {
      if (this.#draft.read(row.dataset.field ?? "")) row.removeAttribute("data-folded");
      row.dispatchEvent(new CustomEvent("recipients:read"));
    }
    this.#writing.height();
  }

  get #title(): HTMLElement {
    return need(this.element, "title");
  }

  // Sending

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const action = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "save";
    if (action === "send" || action === "later") void this.#send(action);
    else if (action === "plain") void this.#writing.toggle();
    else if (action === "merge" || action === "template") void this.#goOn(action);
    else if (action === "save") void this.#keeping.save();
  }

  /** The page that makes a mailing, or a template, of what was written. */
  async #goOn(page: "merge" | "template"): Promise<void> {
    hidePopovers(this.element);
    const path = await this.#keeping.path();
    this.#keeping.autosave.note();
    await this.#keeping.autosave.flush();
    if (this.#keeping.autosave.unsaved) return;
    this.#keeping.handOver();
    if (this.element.closest(".panel")) this.#closePanel();
    visit(`${path}/${page}`);
  }

  async #send(action: "send" | "later"): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    need(this.element, "send").setAttribute("aria-busy", "true");
    hidePopovers(this.element);
    try {
      this.element.dispatchEvent(new CustomEvent("recipients:settle"));
      if (this.#files.busy) this.#sayings.say(this.#phrases.say("files-under-way"));
      await this.#files.settled();
      this.#sayings.clearAll();
      this.#keeping.autosave.note();
      await this.#keeping.autosave.flush();
      while (await this.#attempt(action)) this.#sayings.clearAll();
    } finally {
      this.#sending = false;
      need(this.element, "send").removeAttribute("aria-busy");
    }
  }

  /** Whether it is to be tried once more, with the warnings answered. */
  async #attempt(action: string): Promise<boolean> {
    this.#writing.writeOut();
    const { id } = this.#draft;
    const answer = await this.#draft.post(action);
    switch (answer.kind) {
      case "sending":
        this.#gone(id, answer);
        return false;
      case "issues":
        return this.#mend(answer);
      case "unreachable":
        this.#sayings.complain([{ sentence: this.#phrases.say("unreachable") }]);
        return false;
      case "refused":
        this.#sayings.complain([{ sentence: answer.sentence || this.#phrases.say("unreachable") }]);
        return false;
      default:
        this.#keeping.heed(answer, id);
        return false;
    }
  }

  async #mend({ errors, warnings }: Extract<Answer, { kind: "issues" }>): Promise<boolean> {
    if (errors.length > 0 || warnings.length === 0) {
      this.#sayings.complain(errors);
      return false;
    }
    const title = this.#phrases.say("before-sending");
    const yes = await this.#sayings.ask({ title, sentences: warnings.map(({ sentence }) => sentence), yes: this.#phrases.say("send-anyway") });
    if (!yes) return false;
    const keys = [...this.#draft.read("confirmed").split(","), ...warnings.map(({ key }) => key ?? "")];
    this.#draft.write("confirmed", [...new Set(keys)].filter(Boolean).join(","));
    return true;
  }

  #gone(id: string, answer: Extract<Answer, { kind: "sending" }>): void {
    this.#keeping.finish(id);
    const panel = this.element.closest(".panel");
    const reopen = (url: string) => document.dispatchEvent(new CustomEvent("panels:open", { detail: { url } }));
    const notice = sayDeparture(answer, this.#phrases, panel ? reopen : undefined);
    if (panel) return this.#closePanel();
    document.addEventListener("turbo:render", () => document.getElementById("flashes")?.prepend(notice), { once: true });
    visit(answer.next || this.backValue);
  }

  async discard(event: Event): Promise<void> {
    event.preventDefault();
    this.#writing.writeOut();
    const { id, fields, number } = this.#draft;
    const question = { title: this.#phrases.say("discard-question"), sentences: [this.#phrases.say("discard-sentence")], yes: this.#phrases.say("discard") };
    if (!isEmpty(fields, textOf) && !(await this.#sayings.ask(question))) return;
    if (number && (await this.#draft.post("discard")).kind === "unreachable") return this.#sayings.complain([{ sentence: this.#phrases.say("unreachable") }]);
    this.#files.stop();
    this.#keeping.finish(id);
    this.#depart();
  }

  // What buttons do

  askYes = (): void => this.#sayings.answer(true);
  askNo = (): void => this.#sayings.answer(false);
  linkDone = (): void => this.#writing.links.set();
  linkRemove = (): void => this.#writing.links.remove();
  linkClose = (): void => this.#writing.links.close();
  sender = (): void => this.#writing.sender();
  language = (): void => this.#writing.language();
  formatting = (): void => this.#writing.toggleToolbar();
  quote = (): Promise<void> => this.#writing.answerWithin();

  toggle(): void {
    hidePopovers(this.element);
    void this.#writing.toggle();
  }

  /** A template goes where the cursor is; what is known is filled in by the server. */
  async template(event: Event): Promise<void> {
    event.preventDefault();
    const path = (event.currentTarget as HTMLElement).dataset.path ?? "";
    hidePopovers(this.element);
    this.element.dispatchEvent(new CustomEvent("recipients:settle"));
    const query = new URLSearchParams({ to: this.#draft.read("to"), identity: this.#draft.read("identity") });
    const response = await fetch(`${path}?${query}`, { headers: { Accept: "application/json" } }).catch(() => undefined);
    if (!response?.ok) return this.#sayings.complain([{ sentence: this.#phrases.say("unreachable") }]);
    const { subject, text, html } = (await response.json()) as { subject: string; text: string; html: string };
    if (subject && !this.#draft.read("subject")) {
      this.#draft.write("subject", subject);
      this.#entitle(subject);
    }
    this.#writing.insert(text, html);
    this.#keeping.changed();
  }

  format({ params: { command } }: { params: { command: string } }): void {
    if (command === "picture") need(this.element, "pictureInput").click();
    else this.#writing.command(command);
  }

  unfold({ params: { field } }: { params: { field: string } }): void {
    this.#sayings.unfold(field);
  }

  // Files and pictures

  #chosen(): void {
    const input = need<HTMLInputElement>(this.element, "fileInput");
    this.#files.add([...(input.files ?? [])]);
    input.value = "";
  }

  pictures({ currentTarget }: Event): void {
    const input = currentTarget as HTMLInputElement;
    this.#insert([...(input.files ?? [])]);
    input.value = "";
  }

  removeFile(event: Event & { params: { path?: string } }): void {
    event.preventDefault();
    const row = (event.currentTarget as HTMLElement).closest<HTMLElement>(".file");
    if (row && event.params.path) void this.#files.remove(row, event.params.path);
  }

  /** Shown at once from here, and by the address of their attachment when they are there. */
  #insert(files: File[]): void {
    for (const file of files) void this.#insertOne(file);
  }

  async #insertOne(file: File): Promise<void> {
    const { editor } = this.#writing;
    const local = URL.createObjectURL(file);
    editor?.picture(local, file.name);
    const attachment = await this.#files.attach(file, true);
    if (attachment) {
      this.#learn(attachment);
      editor?.rename(local, attachment.url);
    } else editor?.drop(local);
    setTimeout(() => URL.revokeObjectURL(local), 10_000);
  }

  #learn(picture: Picture): void {
    if (picture.cid) this.#pictures.set(picture.cid, picture);
  }

  #hover(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.element.dataset.dropping = this.#phrases.say("drop");
  }

  #out(event: DragEvent): void {
    if (!this.element.contains(event.relatedTarget as Node | null)) delete this.element.dataset.dropping;
  }

  #drop(event: DragEvent): void {
    delete this.element.dataset.dropping;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    const intoText = this.#writing.formatted && need(this.element, "editor").contains(event.target as Node);
    const pictures = intoText ? files.filter(({ type }) => /^image\/(png|jpeg|gif|webp)$/.test(type)) : [];
    this.#insert(pictures);
    this.#files.add(files.filter((file) => !pictures.includes(file)));
  }

  #paste(event: ClipboardEvent): void {
    // The editor has its own way with pictures.
    const files = [...(event.clipboardData?.files ?? [])];
    if (event.defaultPrevented || files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.#files.add(files);
  }

  // The window

  async enlarge(): Promise<void> {
    this.#keeping.autosave.note();
    await this.#keeping.autosave.flush();
    if (this.#keeping.autosave.unsaved) return;
    const path = this.#draft.number ? this.#draft.path : (this.element.closest<HTMLElement>(".panel")?.dataset.url ?? this.#draft.path);
    this.#keeping.handOver();
    this.#closePanel();
    visit(path);
  }

  close(): void {
    this.#keeping.close();
    this.#depart();
  }

  #depart(): void {
    if (this.element.closest(".panel")) this.#closePanel();
    else visit(this.backValue);
  }

  #closePanel(): void {
    this.element.dispatchEvent(new CustomEvent("panel:close", { bubbles: true }));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (this.#writing.links.dialog.contains(event.target as Node) && key === "enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      this.linkDone();
    } else if (modified && key === "s" && !event.shiftKey) {
      event.preventDefault();
      void this.#keeping.save();
    } else if (modified && key === "enter") {
      event.preventDefault();
      void this.#send("send");
    } else this.#writing.move(event);
    // Letters pressed on a button here are not meant for the mail behind.
    if (!modified && event.key !== "Escape") event.stopPropagation();
  }
}
