import { Controller } from "@hotwired/stimulus";
import { rank } from "../lib/ranking";
import { say } from "../lib/words";

interface Entry {
  label: string;
  keys: string;
  element: HTMLElement;
}

/**
 * All actions and folders by name. Entries are what the page offers anyway: elements with
 * `data-key` or `data-palette`, named by data-palette, aria-label, title or their text.
 *
 *     <dialog id="palette" data-controller="dialog palette">
 *       <input data-palette-target="input" role="combobox" aria-controls="palette-list" aria-expanded="true" …>
 *       <ul id="palette-list" data-palette-target="list" role="listbox"></ul>
 */
export default class Palette extends Controller<HTMLDialogElement> {
  static override targets = ["input", "list"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;

  #entries: Entry[] = [];
  #shown: Entry[] = [];
  #at = 0;
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("keys:action", (event) => this.#called(event), { signal });
    this.element.addEventListener("toggle", () => this.element.open && this.#begin(), { signal });
    this.inputTarget.addEventListener("input", () => this.#filter(), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.listTarget.addEventListener("click", (event) => this.#click(event), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  #called(event: CustomEvent<{ action: string }>): void {
    if (event.detail.action !== "palette") return;
    event.preventDefault();
    if (!this.element.open) this.element.showModal();
    this.#begin();
  }

  #begin(): void {
    this.#entries = entries(this.element);
    this.inputTarget.value = "";
    this.inputTarget.focus();
    this.#filter();
  }

  #filter(): void {
    this.#shown = rank(this.inputTarget.value, this.#entries, ({ label }) => label).slice(0, 50);
    this.#at = 0;
    const empty = document.createElement("li");
    empty.className = "palette-empty";
    empty.textContent = say("nothing");
    this.listTarget.replaceChildren(...(this.#shown.length > 0 ? this.#shown.map(option) : [empty]));
    this.#point(0);
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
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  }
}

function entries(palette: Element): Entry[] {
  const known = new Set<string>();
  const found: Entry[] = [];
  for (const element of document.querySelectorAll<HTMLElement>("[data-key], [data-palette]")) {
    const label = name(element);
    const usable = !element.matches(":disabled") && !element.closest("[inert], template") && !palette.contains(element);
    if (!label || known.has(label) || !usable || element.dataset.key === "palette") continue;
    known.add(label);
    found.push({ label, keys: element.getAttribute("aria-keyshortcuts") ?? "", element });
  }
  return found;
}

function name(element: HTMLElement): string {
  const { palette } = element.dataset;
  const given = palette || element.getAttribute("aria-label") || element.title || element.textContent || element.getAttribute("placeholder");
  return (given ?? "").replace(/\s+/g, " ").trim();
}

function option({ label, keys }: Entry, index: number): HTMLElement {
  const item = document.createElement("li");
  item.id = `palette-option-${index}`;
  item.setAttribute("role", "option");
  item.append(label);
  if (keys) {
    const shortcut = document.createElement("kbd");
    shortcut.textContent = keys;
    item.append(" ", shortcut);
  }
  return item;
}
