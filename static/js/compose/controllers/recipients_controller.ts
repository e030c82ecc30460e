import { Controller, request } from "../../shared";
import { ends, join, shown, split, write } from "../people_text";
import { Phrases } from "../phrases";

interface Person {
  text: string;
  name: string;
  email: string;
  problem: string | null;
}

interface Suggestion {
  id: number;
  name: string;
  email: string;
}

/**
 * Recipients as chips over the field that holds them as text (templates/compose/fields.html), which
 * is what the form sends. The server says who was meant, and whom it knows.
 *
 * Comma, semicolon, Enter and Tab end a person; Backspace at the beginning edits the last; chips are
 * dragged to other fields, removed with Delete, edited with Enter. Suggestions are a combobox
 * (WAI-ARIA APG): the focus stays in the field.
 *
 * Without the focus the field has two lines at most, and says how many others there are.
 */
export default class Recipients extends Controller<HTMLElement> {
  static override targets = ["box", "chips", "source"];
  static override values = { path: String, field: String };
  declare readonly boxTarget: HTMLElement;
  declare readonly chipsTarget: HTMLUListElement;
  declare readonly sourceTarget: HTMLTextAreaElement;
  declare readonly pathValue: string;
  declare readonly fieldValue: string;

  #input!: HTMLInputElement;
  #list!: HTMLUListElement;
  #others!: HTMLButtonElement;
  #width = 0;
  #people: Person[] = [];
  #suggestions: Suggestion[] = [];
  #active = -1;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #begun = false;
  #listening = new AbortController();

  override connect(): void {
    if (!this.#begun) this.#begin();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (target: EventTarget, name: string, does: (event: never) => void) => target.addEventListener(name, does as EventListener, { signal });
    on(this.element, "recipients:read", () => this.#read());
    on(this.#input.form ?? this.element, "recipients:settle", () => this.#take());
    on(this.#input, "input", () => this.#typed());
    on(this.#input, "keydown", (event: KeyboardEvent) => this.#key(event));
    on(this.#input, "paste", (event: ClipboardEvent) => this.#paste(event));
    on(this.#input, "blur", () => this.#blurred());
    on(this.boxTarget, "focusin", () => this.#fold());
    // Where the focus goes to has it only afterwards.
    on(this.boxTarget, "focusout", () => queueMicrotask(() => this.#fold()));
    on(this.#others, "click", () => this.#input.focus());
    const resized = new ResizeObserver(([entry]) => this.#resized(entry?.contentRect.width ?? 0));
    resized.observe(this.element);
    signal.addEventListener("abort", () => resized.disconnect());
    on(this.boxTarget, "pointerdown", (event: PointerEvent) => this.#pressed(event));
    on(this.chipsTarget, "keydown", (event: KeyboardEvent) => this.#chipKey(event));
    on(this.chipsTarget, "click", (event: MouseEvent) => this.#chipClicked(event));
    on(this.chipsTarget, "dblclick", (event: MouseEvent) => this.#edit(this.#at(event.target)));
    on(this.chipsTarget, "dragstart", (event: DragEvent) => this.#dragged(event));
    on(this.chipsTarget, "dragend", (event: DragEvent) => this.#left(event));
    on(this.element, "dragover", (event: DragEvent) => this.#over(event));
    on(this.element, "dragleave", () => delete this.boxTarget.dataset.over);
    on(this.element, "drop", (event: DragEvent) => this.#dropped(event));
    on(this.#list, "pointerdown", (event: PointerEvent) => event.preventDefault());
    on(this.#list, "click", (event: MouseEvent) => this.#picked(event));
  }

  override disconnect(): void {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#begun = true;
    const { sourceTarget: source } = this;
    const id = source.id;
    this.#input = document.createElement("input");
    source.id = `${id}-text`;
    source.hidden = true;
    for (const [name, value] of Object.entries({
      id, type: "text", class: "people-field__input", role: "combobox", placeholder: " ", dir: "auto", inputmode: "email", enterkeyhint: "next", autocapitalize: "none", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": source.getAttribute("aria-describedby") ?? "", "data-recipients-target": "input",
    })) this.#input.setAttribute(name, value);
    if (source.getAttribute("aria-invalid")) this.#input.setAttribute("aria-invalid", "true");
    this.#list = document.createElement("ul");
    this.#list.id = `${id}-list`;
    this.#list.className = "suggestions";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.chipsTarget.getAttribute("aria-label") ?? "");
    this.#list.hidden = true;
    this.#others = document.createElement("button");
    this.#others.type = "button";
    this.#others.className = "people-field__others";
    this.#others.tabIndex = -1;
    this.#others.hidden = true;
    source.after(this.#others, this.#input, this.#list);
    this.element.dataset.ready = "";
    this.#read();
  }

  /** From the text, as the server wrote it or the journal had it. */
  #read(): void {
    this.#people = split(this.sourceTarget.value).map(unknown);
    this.#draw();
    if (this.#people.length > 0) void this.#check();
  }

  // ——— Typing

  #typed(): void {
    if (ends(this.#input.value)) return this.#take();
    this.#mirror();
    this.#ask();
  }

  /** What was typed becomes people. */
  #take(): void {
    const typed = split(this.#input.value);
    this.#input.value = "";
    this.#close();
    if (typed.length > 0) this.#add(typed.map(unknown));
  }

  #add(people: Person[]): void {
    const known = new Set(this.#people.map(({ email }) => email.toLowerCase()));
    this.#people.push(...people.filter(({ email, text }) => !known.has((email || text).toLowerCase())));
    this.#changed();
    if (people.some(({ problem }) => problem === null)) void this.#check();
  }

  #changed(): void {
    this.#draw();
    this.#mirror();
    this.sourceTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** The field holds what the chips hold and what is being typed. */
  #mirror(): void {
    this.sourceTarget.value = join([...this.#people.map(({ text }) => text), ...split(this.#input.value)]);
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (split(text).length < 2 && !/@/.test(text)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#input.value += text.replace(/\r?\n/g, ", ");
    this.#take();
  }

  #blurred(): void {
    // A press on a suggestion keeps the focus; whoever leaves has finished.
    this.#take();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { key } = event;
    const open = !this.#list.hidden;
    if (open && (key === "ArrowDown" || key === "ArrowUp")) this.#move(key === "ArrowDown" ? 1 : -1);
    else if (!open && key === "ArrowDown" && this.#input.value) this.#ask(0);
    else if (open && key === "Escape") this.#close();
    else if (open && key === "Delete" && event.shiftKey && this.#active >= 0) void this.#unsuggest(this.#active);
    else if (key === "Enter" && !event.ctrlKey && !event.metaKey) this.#choose();
    else if (key === "Tab" && !event.shiftKey && this.#input.value.trim()) {
      // The first Tab ends the person, the next one leaves.
      this.#choose();
    } else if (key === "Backspace" && this.#input.value === "" && this.#people.length > 0) this.#edit(this.#people.length - 1);
    else if (key === "ArrowLeft" && this.#input.selectionEnd === 0) this.#chips.at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(): void {
    const suggestion = this.#suggestions[this.#active];
    if (suggestion && !this.#list.hidden) this.#pick(suggestion);
    else this.#take();
  }

  // ——— Suggestions

  #ask(delay = 120): void {
    clearTimeout(this.#timer);
    const query = this.#input.value.trim();
    if (query.length < 1) return this.#close();
    const turn = (this.#asked += 1);
    this.#timer = setTimeout(async () => {
      const found = await this.#suggest(query);
      if (turn === this.#asked && this.#input.value.trim() === query) this.#show(found);
    }, delay);
  }

  async #suggest(query: string): Promise<Suggestion[]> {
    try {
      const response = await request(`${this.pathValue}?q=${encodeURIComponent(query)}`, { quiet: true, headers: { Accept: "application/json" } });
      return response.ok ? ((await response.json()) as Suggestion[]).slice(0, 8) : [];
    } catch {
      return [];
    }
  }

  #show(found: Suggestion[]): void {
    const here = new Set(this.#people.map(({ email }) => email.toLowerCase()));
    this.#suggestions = found.filter(({ email }) => !here.has(email.toLowerCase()));
    this.#list.replaceChildren(...this.#suggestions.map((each, index) => this.#option(each, index)));
    this.#list.hidden = this.#suggestions.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#activate(this.#suggestions.length > 0 ? 0 : -1);
  }

  #option({ id, name, email }: Suggestion, index: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${index}`;
    option.className = "suggestion";
    option.setAttribute("role", "option");
    option.append(element("bdi", "suggestion__name", name || email));
    if (name) option.append(element("bdi", "suggestion__email", email));
    if (id > 0) {
      const remove = element("span", "suggestion__remove", "×");
      remove.title = this.#say("suggestion-remove", name || email);
      remove.dataset.remove = "";
      option.append(remove);
    }
    return option;
  }

  #move(by: number): void {
    const { length } = this.#suggestions;
    this.#activate((this.#active + by + length) % length);
  }

  #activate(index: number): void {
    this.#active = index;
    for (const [at, option] of [...this.#list.children].entries()) option.setAttribute("aria-selected", String(at === index));
    const option = this.#list.children[index];
    if (option) {
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #picked(event: MouseEvent): void {
    const option = (event.target as Element).closest("[role=option]");
    const index = option ? [...this.#list.children].indexOf(option) : -1;
    const suggestion = this.#suggestions[index];
    if (!suggestion) return;
    if ((event.target as Element).closest("[data-remove]")) void this.#unsuggest(index);
    else this.#pick(suggestion);
  }

  #pick({ name, email }: Suggestion): void {
    this.#input.value = "";
    this.#close();
    this.#add([{ text: write(name, email), name: name || email, email, problem: "" }]);
    this.#input.focus();
  }

  async #unsuggest(index: number): Promise<void> {
    const suggestion = this.#suggestions[index];
    if (!suggestion || suggestion.id <= 0) return;
    this.#show(this.#suggestions.filter((each) => each !== suggestion));
    await request(`${this.pathValue}/${suggestion.id}/removal`, { method: "POST", silent: true, headers: { Accept: "application/json" } }).catch(() => undefined);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#suggestions = [];
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  // ——— Chips

  async #check(): Promise<void> {
    const value = join(this.#people.map(({ text }) => text));
    try {
      const response = await request(`${this.pathValue}/check`, { method: "POST", body: new URLSearchParams({ value }), silent: true, headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const checked = (await response.json()) as Person[];
      // Meanwhile someone may have gone on typing.
      if (value !== join(this.#people.map(({ text }) => text))) return;
      this.#people = checked.map((each) => ({ ...each, problem: each.problem ?? "" }));
      this.#draw();
      this.#mirror();
    } catch {
      // The chips stay as they were typed; the server looks again when it is sent.
    }
  }

  #draw(): void {
    const focused = this.#at(document.activeElement);
    this.chipsTarget.replaceChildren(...this.#people.map((person) => this.#chip(person)));
    this.chipsTarget.hidden = this.#people.length === 0;
    const problems = this.#people.flatMap(({ problem }) => (problem ? [problem] : []));
    const place = this.element.querySelector<HTMLElement>("[data-problem]");
    if (place) {
      place.textContent = [...new Set(problems)].join(" ");
      place.hidden = problems.length === 0;
    }
    if (problems.length > 0) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
    if (focused >= 0) (this.#chips[Math.min(focused, this.#people.length - 1)] ?? this.#input).focus();
    this.#fold();
  }

  #resized(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#fold();
  }

  /** Two lines, unless someone is at work here or is to see what is wrong. */
  #fold(): void {
    const chips = this.#chips;
    for (const chip of chips) chip.hidden = false;
    this.#others.hidden = true;
    if (this.boxTarget.contains(document.activeElement) || this.#people.some(({ problem }) => problem)) return;
    const tops = chips.map(({ offsetTop }) => offsetTop);
    const second = tops.find((top) => top > (tops[0] ?? 0));
    let fitting = tops.findIndex((top) => second !== undefined && top > second);
    if (second === undefined || fitting < 0) return;
    this.#others.hidden = false;
    for (const chip of chips.slice(fitting)) chip.hidden = true;
    const phrases = new Phrases(this.element.closest("form")?.querySelector<HTMLTemplateElement>("[data-compose-target=words]") ?? undefined);
    for (; fitting > 1; fitting -= 1) {
      this.#others.textContent = phrases.count("others", chips.length - fitting);
      // What stands behind the chips needs its room on the second line too.
      if (this.#input.offsetTop < second + (chips[0]?.offsetHeight ?? 0)) return;
      const last = chips[fitting - 1];
      if (last) last.hidden = true;
    }
  }

  #chip({ text, name, email, problem }: Person): HTMLLIElement {
    const chip = document.createElement("li");
    chip.className = "person";
    chip.draggable = true;
    chip.tabIndex = -1;
    chip.title = problem || (email === text ? email : `${text}`);
    chip.append(element("bdi", "person__name", name || email || text));
    if (problem) {
      chip.dataset.bad = "";
      chip.append(element("span", "visually-hidden", `: ${problem}`));
    }
    const remove = document.createElement("button");
    remove.type = "button";
    remove.tabIndex = -1;
    remove.className = "person__remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", this.#say("person-remove", name || text));
    chip.append(remove);
    return chip;
  }

  get #chips(): HTMLElement[] {
    return [...this.chipsTarget.children] as HTMLElement[];
  }

  #at(target: EventTarget | null): number {
    const chip = target instanceof Element ? target.closest<HTMLElement>(".person") : null;
    return chip && this.chipsTarget.contains(chip) ? this.#chips.indexOf(chip) : -1;
  }

  #remove(index: number): void {
    this.#people.splice(index, 1);
    this.#changed();
    (this.#chips[index] ?? this.#input).focus();
  }

  #edit(index: number): void {
    const person = this.#people[index];
    if (!person) return;
    this.#take();
    this.#people.splice(this.#people.indexOf(person), 1);
    this.#input.value = person.text;
    this.#changed();
    this.#input.focus();
    this.#input.setSelectionRange(person.text.length, person.text.length);
  }

  #chipClicked({ target }: MouseEvent): void {
    const index = this.#at(target);
    if (index < 0) return;
    if ((target as Element).closest("button")) this.#remove(index);
    else this.#chips[index]?.focus();
  }

  #chipKey(event: KeyboardEvent): void {
    const index = this.#at(event.target);
    const { key } = event;
    const rtl = getComputedStyle(this.element).direction === "rtl";
    if (key === "Delete" || key === "Backspace") this.#remove(index);
    else if (key === "Enter" || key === "F2") this.#edit(index);
    else if (key === (rtl ? "ArrowRight" : "ArrowLeft")) this.#chips[Math.max(0, index - 1)]?.focus();
    else if (key === (rtl ? "ArrowLeft" : "ArrowRight")) (this.#chips[index + 1] ?? this.#input).focus();
    else if (key === "Home") this.#chips[0]?.focus();
    else if (key === "End") this.#input.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #pressed(event: PointerEvent): void {
    if (event.target !== this.boxTarget && event.target !== this.chipsTarget) return;
    event.preventDefault();
    this.#input.focus();
  }

  // ——— From field to field

  #dragged(event: DragEvent): void {
    const person = this.#people[this.#at(event.target)];
    if (!person || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("application/x-restante-person", JSON.stringify(person));
    event.dataTransfer.setData("text/plain", person.text);
    (event.target as HTMLElement).dataset.dragged = "";
  }

  #over(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("application/x-restante-person")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.boxTarget.dataset.over = "";
  }

  #dropped(event: DragEvent): void {
    delete this.boxTarget.dataset.over;
    const data = event.dataTransfer?.getData("application/x-restante-person");
    if (!data) return;
    event.preventDefault();
    event.stopPropagation();
    const { text, name, email } = JSON.parse(data) as Person;
    this.#add([{ text: String(text), name: String(name), email: String(email), problem: null }]);
  }

  #left(event: DragEvent): void {
    const chip = this.chipsTarget.querySelector<HTMLElement>("[data-dragged]");
    const index = this.#at(chip);
    if (chip) delete chip.dataset.dragged;
    if (event.dataTransfer?.dropEffect === "move" && index >= 0) this.#remove(index);
  }

  #say(word: string, name: string): string {
    const template = this.element.closest("form")?.querySelector<HTMLTemplateElement>("[data-compose-target=words]");
    return template?.content.querySelector(`[data-word="${word}"]`)?.textContent?.replace("{name}", name) ?? name;
  }
}

function unknown(text: string): Person {
  return { text, ...shown(text), problem: null };
}

function element(tag: string, name: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
