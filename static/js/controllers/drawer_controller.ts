import { Controller } from "@hotwired/stimulus";

/**
 * The folders on a phone: a panel over the page that a button opens.
 *
 *     <div data-controller="drawer"><button data-drawer-target="toggle" data-action="drawer#toggle" aria-controls="folders">
 *       <nav id="folders" data-drawer-target="panel">
 *
 * `data-drawer-open` on the element while it is open. Closed by Escape, a click beside it, or going
 * somewhere; the focus returns to the button.
 */
export default class Drawer extends Controller<HTMLElement> {
  static override targets = ["panel", "toggle"];
  declare readonly panelTarget: HTMLElement;
  declare readonly toggleTargets: HTMLElement[];

  #listening: AbortController | undefined;

  override disconnect(): void {
    this.#listening?.abort();
  }

  toggle(event?: Event): void {
    event?.preventDefault();
    if (this.#listening) this.close();
    else this.open();
  }

  open(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#show(true);
    this.panelTarget.querySelector<HTMLElement>("[aria-current], a, button")?.focus();
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("click", (event) => this.#click(event), { signal });
    for (const event of ["turbo:visit", "turbo:before-cache"]) document.addEventListener(event, () => this.close(), { signal });
  }

  close(): void {
    if (!this.#listening) return;
    this.#listening.abort();
    this.#listening = undefined;
    const within = this.panelTarget.contains(document.activeElement);
    this.#show(false);
    if (within) this.toggleTargets[0]?.focus();
  }

  #show(open: boolean): void {
    this.element.toggleAttribute("data-drawer-open", open);
    for (const toggle of this.toggleTargets) toggle.setAttribute("aria-expanded", String(open));
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.close();
  }

  #click({ target }: Event): void {
    const node = target as Element;
    if (this.toggleTargets.some((toggle) => toggle.contains(node))) return;
    const followed = this.panelTarget.contains(node) && node.closest("a[href]");
    if (!this.panelTarget.contains(node) || followed) this.close();
  }
}
