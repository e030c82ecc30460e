// The text itself: plain or formatted, its signature, the original below it, its toolbar.

import { remember, remembered } from "../shared";
import type { Draft } from "./draft";
import { Editor } from "./editor";
import { Links } from "./links";
import { need, parts } from "./parts";
import type { Phrases } from "./phrases";
import { type Picture, toUrls } from "./pictures";
import { losesAsText, quoted, toHtml } from "./plain";
import { textOf } from "./sanitise";
import type { Sayings } from "./sayings";
import { exchange, same } from "./signature";
import { languages } from "./spelling";

export interface Around {
  phrases: Phrases;
  sayings: Sayings;
  changed(): void;
  pictures(files: File[]): void;
  known(): Iterable<Picture>;
}

export class Writing {
  readonly links: Links;
  editor: Editor | undefined;
  #changed = false;
  #sender: number;

  constructor(
    readonly form: HTMLFormElement,
    readonly draft: Draft,
    readonly around: Around,
  ) {
    this.links = new Links(form, () => this.editor);
    this.#sender = this.#identity.selectedIndex;
    this.#offerLanguages();
    this.#label();
  }

  get formatted(): boolean {
    return this.draft.read("format") === "html";
  }

  /** Writing the editor out costs as much as it holds, so it is done when it changed. */
  writeOut(): void {
    if (!this.#changed || !this.editor) return;
    this.#changed = false;
    this.draft.write("rich", this.editor.html);
  }

  /** The editor takes the place of the plain field. */
  format(html = this.draft.read("rich")): void {
    this.draft.write("format", "html");
    const root = this.#root;
    const toolbar = need(this.form, "toolbar");
    const button = need(this.form, "formatting");
    for (const notice of parts(this.form, "plain")) notice.hidden = true;
    for (const quote of parts(this.form, "quote")) quote.hidden = false;
    this.#text.hidden = true;
    root.hidden = false;
    button.hidden = false;
    toolbar.hidden = remembered("formatting") === false;
    button.setAttribute("aria-pressed", String(!toolbar.hidden));
    for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": root.dataset.label ?? "", dir: "auto", spellcheck: "true" })) root.setAttribute(name, value);
    this.editor ??= new Editor(root, {
      changed: () => this.#hasChanged(),
      pictures: (files) => this.around.pictures(files),
      link: () => this.links.open(),
      formats: (names) => this.#showFormats(names),
      history: (undo, redo) => this.#showHistory(undo, redo),
    });
    this.editor.html = toUrls(html, this.around.known());
    this.#changed = false;
    this.#label();
  }

  unformat(text: string): void {
    this.draft.write("format", "text");
    this.#text.value = text;
    this.#text.hidden = false;
    this.#root.hidden = true;
    need(this.form, "toolbar").hidden = true;
    need(this.form, "formatting").hidden = true;
    for (const element of [...parts(this.form, "quote"), ...parts(this.form, "plain")]) element.hidden = true;
    this.#label();
    this.height();
  }

  /** Between the two; what plain text can't say is asked about. */
  async toggle(): Promise<void> {
    if (!this.formatted) {
      const { value } = this.#text;
      this.format(toHtml(value));
      // The original stands in the text already.
      if (/^>/m.test(value)) this.#dropQuote();
      this.#hasChanged();
      return this.editor?.focus();
    }
    const { phrases, sayings } = this.around;
    const loses = this.editor ? losesAsText(this.#root) : this.draft.read("rich") !== "";
    if (loses && !(await sayings.ask({ title: phrases.say("plain-question"), sentences: [phrases.say("plain-loses")], yes: phrases.say("to-plain") }))) return;
    let text = this.editor?.text ?? textOf(this.draft.read("rich"));
    if (this.draft.read("quotes")) {
      const original = await this.#original();
      if (original === undefined) return sayings.complain([{ sentence: phrases.say("unreachable") }]);
      text = `${text}\n\n${original}\n`;
    }
    this.unformat(text);
    this.around.changed();
    this.focus();
  }

  /** The original becomes text that can be answered line by line. */
  async answerWithin(): Promise<void> {
    const original = await this.#original();
    if (original === undefined || !this.editor) return this.around.sayings.complain([{ sentence: this.around.phrases.say("unreachable") }]);
    const [line = "", ...rest] = original.split("\n");
    const inner = toHtml(rest.map((each) => each.replace(/^> ?/, "")).join("\n"));
    this.editor.html = `${this.editor.html}${toHtml(line)}<blockquote>${inner}</blockquote>`;
    this.#dropQuote();
    this.#hasChanged();
    this.editor.focus();
  }

  focus(): void {
    if (this.formatted) return this.editor?.focus();
    this.#text.focus();
    this.#text.setSelectionRange(0, 0);
  }

  /** At the cursor, in the form that is being written. */
  insert(text: string, html: string): void {
    if (this.formatted && this.editor) {
      this.editor.focus();
      this.editor.insert(html);
      return this.#hasChanged();
    }
    const field = this.#text;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.height();
  }

  /** Someone else writes: their signature, unless it was changed by hand or taken out. */
  sender(): void {
    const { options, selectedIndex } = this.#identity;
    const [before, now] = [options[this.#sender], options[selectedIndex]];
    this.#sender = selectedIndex;
    if (!before || !now) return;
    this.#text.value = exchange(this.#text.value, before.dataset.signature ?? "", now.dataset.signature ?? "");
    if (!this.editor || !this.formatted) return;
    const standing = this.editor.signature;
    const old = textOf(before.dataset.signatureHtml ?? "");
    if (standing ? same(standing.innerText, old) : old === "") this.editor.setSignature(now.dataset.signatureHtml ?? "");
  }

  language(): void {
    const { value } = this.#language;
    remember("spelling", value);
    for (const element of [this.#root, this.#text, need(this.form, "subject")]) {
      if (value) element.lang = value;
      else element.removeAttribute("lang");
    }
  }

  toggleToolbar(): void {
    const toolbar = need(this.form, "toolbar");
    toolbar.hidden = !toolbar.hidden;
    need(this.form, "formatting").setAttribute("aria-pressed", String(!toolbar.hidden));
    remember("formatting", !toolbar.hidden);
  }

  command(name: string): void {
    if (name === "link") return this.links.open();
    this.editor?.command(name);
    this.editor?.focus();
  }

  /** The toolbar is one stop of the Tab key; arrows go through it. */
  move(event: KeyboardEvent): void {
    const toolbar = need(this.form, "toolbar");
    if (!toolbar.contains(event.target as Node) || !/^Arrow(Left|Right)$/.test(event.key)) return;
    const buttons = [...toolbar.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
    const step = (event.key === "ArrowRight") === (getComputedStyle(toolbar).direction !== "rtl") ? 1 : -1;
    const to = buttons.at((buttons.indexOf(event.target as HTMLButtonElement) + step) % buttons.length);
    for (const button of toolbar.querySelectorAll("button")) button.tabIndex = button === to ? 0 : -1;
    to?.focus();
    event.preventDefault();
  }

  /** A field as high as its text, so that only the form scrolls. */
  height(): void {
    if (this.#text.hidden || CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight + 2}px`;
  }

  #hasChanged(): void {
    this.#changed = true;
    this.around.changed();
  }

  #dropQuote(): void {
    this.draft.write("quotes", "");
    for (const quote of parts(this.form, "quote")) quote.hidden = true;
  }

  async #original(): Promise<string | undefined> {
    const quote = parts(this.form, "quote")[0];
    if (!quote) return "";
    const response = await fetch(quote.dataset.path ?? "", { headers: { Accept: "text/plain" } }).catch(() => undefined);
    return response?.ok ? quoted(quote.dataset.line ?? "", await response.text()) : undefined;
  }

  #offerLanguages(): void {
    const chosen = remembered("spelling");
    for (const [code, name] of languages(document.documentElement.lang)) this.#language.add(new Option(name, code));
    if (typeof chosen === "string" && [...this.#language.options].some(({ value }) => value === chosen)) this.#language.value = chosen;
    this.language();
  }

  #showFormats(names: Set<string>): void {
    for (const button of need(this.form, "toolbar").querySelectorAll<HTMLElement>("[data-format]")) button.setAttribute("aria-pressed", String(names.has(button.dataset.format ?? "")));
  }

  #showHistory(undo: boolean, redo: boolean): void {
    for (const [command, can] of [["undo", undo], ["redo", redo]] as const) {
      const button = need(this.form, "toolbar").querySelector<HTMLButtonElement>(`[data-compose-command-param=${command}]`);
      if (button) button.disabled = !can;
    }
  }

  #label(): void {
    need(this.form, "toggleLabel").textContent = this.around.phrases.say(this.formatted ? "to-plain" : "to-rich");
  }

  get #root(): HTMLElement {
    return need(this.form, "editor");
  }

  get #text(): HTMLTextAreaElement {
    return need<HTMLTextAreaElement>(this.form, "text");
  }

  get #identity(): HTMLSelectElement {
    return need<HTMLSelectElement>(this.form, "identity");
  }

  get #language(): HTMLSelectElement {
    return need<HTMLSelectElement>(this.form, "language");
  }
}
