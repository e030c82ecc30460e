import { rank } from "../lib/ranking";
import { Controller, say, selectionForm } from "../shared";

interface Entry {
  label: string;
  keys: string;
  /** A folder may be called as an action is. */
  folder: boolean;
  element: HTMLElement;
}

/**
 * All actions and folders by name. Entries are what the page offers anyway: what has a `data-key`
 * and the folders (`data-palette-target="folder"`).
 *
 *     <dialog id="palette" data-controller="palette dialog">
 *       <input data-palette-target="input" data-action="palette#filter">
 *       <ul data-palette-target="list" role="listbox"></ul>
 *       <template data-palette-target="template"><li role="option"><span data-slot="label"></span><small data-slot="kind" hidden>Folder</small><kbd data-slot="keys"></kbd></li></template>
 */
export default class Palette extends Controller<HTMLDialogElement> {
  static override targets = ["input", "list", "template"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly templateTarget: HTMLTemplateElement;

  #entries: Entry[] = [];
  #shown: Entry[] = [];
  #at = 0;
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("keys:action", (event) => this.#called(event), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.listTarget.addEventListener("click", (event) => this.#click(event), { signal });
    this.listTarget.id ||= "palette-list";
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": this.listTarget.id };
    for (const [name, value] of Object.entries(roles)) this.inputTarget.setAttribute(name, value);
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  #called(event: CustomEvent<{ action: string }>): void {
    if (event.detail.action !== "palette") return;
    event.preventDefault();
    // Asked while the focus is still where it was.
    if (!this.element.open) this.#entries = entries(this.element);
    if (!this.element.open) this.element.showModal();
    this.#begin();
  }

  #begin(): void {
    this.inputTarget.value = "";
    this.inputTarget.focus();
    this.filter();
  }

  filter(): void {
    this.#shown = rank(this.inputTarget.value, this.#entries, ({ label }) => label).slice(0, 50);
    this.#at = 0;
    const options = this.#shown.map((entry, index) => this.#option(entry, index));
    this.listTarget.replaceChildren(...(options.length > 0 ? options : [nothing()]));
    this.#point(0);
  }

  #option({ label, keys, folder }: Entry, index: number): Element {
    const copy = this.templateTarget.content.firstElementChild?.cloneNode(true) as Element;
    copy.id = `palette-option-${index}`;
    const slots = { label, keys };
    for (const [slot, text] of Object.entries(slots)) {
      const place = copy.querySelector<HTMLElement>(`[data-slot="${slot}"]`);
      if (place) place.textContent = text;
      if (place) place.hidden = !text;
    }
    const kind = copy.querySelector<HTMLElement>('[data-slot="kind"]');
    if (kind) kind.hidden = !folder;
    return copy;
  }

  #point(to: number): void {
    const options = [...this.listTarget.querySelectorAll("[role=option]")];
    this.#at = options.length === 0 ? 0 : (to + options.length) % options.length;
    options.forEach((each, index) => each.setAttribute("aria-selected", String(index === this.#at)));
    options[this.#at]?.scrollIntoView({ block: "nearest" });
    this.inputTarget.setAttribute("aria-activedescendant", options[this.#at]?.id ?? "");
  }

  #key(event: KeyboardEvent): void {
    switch (event.key) {
      case "ArrowDown":
        this.#point(this.#at + 1);
        break;
      case "ArrowUp":
        this.#point(this.#at - 1);
        break;
      case "Enter":
        if (event.isComposing) return;
        this.#run(this.#at);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #click({ target }: Event): void {
    const chosen = (target as Element).closest("[role=option]");
    if (chosen) this.#run([...this.listTarget.children].indexOf(chosen));
  }

  #run(index: number): void {
    const element = this.#shown[index]?.element;
    this.element.close();
    if (!element?.isConnected) return;
    // An action on messages is for the list to place, as if its key were pressed.
    const action = element.dataset.key?.split(" ")[0];
    const event = new CustomEvent("keys:action", { cancelable: true, detail: { action } });
    if (action && !document.dispatchEvent(event)) return;
    if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
    else element.click();
  }
}

function entries(palette: Element): Entry[] {
  const found: Entry[] = [];
  const rows = hasRows();
  for (const element of document.querySelectorAll<HTMLElement>('[data-key], [data-palette-target="folder"]')) {
    const label = name(element);
    const usable = !element.matches(":disabled") && !element.closest("[inert], template") && !palette.contains(element);
    if (!label || !usable || element.dataset.key === "palette" || (!rows && isForRows(element))) continue;
    const folder = element.dataset.paletteTarget === "folder";
    const alike = found.filter((entry) => entry.label === label);
    if (alike.some((entry) => entry.folder === folder)) continue;
    // Keys stand behind the name, as in "Archive (e)", or beside it in a menu.
    const [, keys = element.querySelector("kbd")?.textContent ?? ""] = /\(([^()]+)\)$/.exec(element.title) ?? [];
    // What is done to a message stands before the folder of that name.
    const at = alike[0] && !folder ? found.indexOf(alike[0]) : found.length;
    found.splice(at, 0, { label, keys, folder, element });
  }
  return found;
}

/** Whether there is a row for an action on rows: one that is chosen, or has the focus. */
function hasRows(): boolean {
  const row = '[data-list-target~="row"]';
  return Boolean(document.activeElement?.closest(row) ?? document.querySelector(`${row} input:checked`));
}

function isForRows(element: HTMLElement): boolean {
  return element instanceof HTMLButtonElement && element.form === selectionForm();
}

function name(element: HTMLElement): string {
  const title = element.title.replace(/ \([^()]+\)$/, "");
  // A folder's text has its count in it.
  const text = [...element.childNodes].map((node) => (node.nodeName === "KBD" ? "" : node.textContent)).join("");
  const [first, second] = element.dataset.paletteTarget === "folder" ? [title, text] : [text, title];
  const label = element.getAttribute("aria-label") || first?.trim() || second || element.getAttribute("placeholder");
  return (label ?? "").replace(/\s+/g, " ").trim();
}

function nothing(): HTMLElement {
  const item = document.createElement("li");
  item.className = "palette__nothing";
  item.textContent = say("nothing");
  return item;
}
