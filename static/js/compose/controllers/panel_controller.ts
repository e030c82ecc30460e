import { Controller } from "../../shared";

/**
 * One message over the list: made by compose/panels.ts, minimised to its title and brought back by a
 * click on it. Escape minimises; the focus goes back to where it came from.
 */
export default class Panel extends Controller<HTMLElement> {
  #before: Element | null = null;
  #listening = new AbortController();

  override connect(): void {
    this.#before ??= document.activeElement;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("panel:close", () => this.#close(), { signal });
    this.element.addEventListener("panel:show", () => this.#show(), { signal });
    this.element.addEventListener("panel:minimise", () => this.#fold(), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.element.querySelector(".compose__head")?.addEventListener("click", (event) => this.#clicked(event as MouseEvent), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  minimise(): void {
    if ("minimised" in this.element.dataset) return this.#show();
    this.#fold();
    this.#giveBack();
  }

  #fold(): void {
    this.element.dataset.minimised = "";
    this.#button?.setAttribute("aria-expanded", "false");
    for (const part of this.#parts) part.inert = true;
  }

  #show(): void {
    delete this.element.dataset.minimised;
    this.#button?.setAttribute("aria-expanded", "true");
    for (const part of this.#parts) part.inert = false;
    this.element.querySelector<HTMLElement>(".compose__editor:not([hidden]), .compose__text:not([hidden])")?.focus();
  }

  #close(): void {
    this.element.remove();
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#before instanceof HTMLElement && this.#before.isConnected && this.#before !== document.body) this.#before.focus();
    else (document.activeElement as HTMLElement | null)?.blur();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || this.element.querySelector("dialog[open], :popover-open")) return;
    event.preventDefault();
    event.stopPropagation();
    this.minimise();
  }

  #clicked(event: MouseEvent): void {
    if ("minimised" in this.element.dataset && !(event.target as Element).closest("a, button")) this.#show();
  }

  get #button(): HTMLElement | null {
    return this.element.querySelector('[data-action~="panel#minimise"]');
  }

  get #parts(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("form > :not(.compose__head)")];
  }
}
