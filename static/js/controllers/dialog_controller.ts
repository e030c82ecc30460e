import { Controller } from "../shared";

/**
 * A native dialog: opened by anything that names it, closed by Escape, its buttons or a click beside
 * it. The browser holds the focus within and gives it back.
 *
 *     <a href="/settings/keys" data-action="dialog#open" data-dialog-name-param="help">…</a>
 *     <dialog id="help" data-controller="dialog"> … <form method="dialog"><button>
 *
 * Without scripts the link leads to the page with the same content.
 */
export default class Dialog extends Controller<HTMLDialogElement> {
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    // A copy out of Turbo's cache is as it was, yet not modal. (Closing it for the cache would close
    // it under someone's hands: a message that arrives in its frame has the page cached.)
    if (this.element.open && !this.element.matches(":modal")) this.element.removeAttribute("open");
    document.addEventListener("click", (event) => this.#opener(event), { signal });
    this.element.addEventListener("pointerdown", (event) => this.#beside(event), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.close();
  }

  open(): void {
    if (!this.element.open) this.element.showModal();
  }

  close(): void {
    if (this.element.open) this.element.close();
  }

  #opener(event: MouseEvent): void {
    // The opener stands outside the controller, so it is found by the name alone.
    const opener = (event.target as Element | null)?.closest?.(`[data-dialog-name-param="${CSS.escape(this.element.id)}"]`);
    if (!opener || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open();
  }

  #beside(event: PointerEvent): void {
    // The backdrop is the dialog itself, outside its box.
    if (event.target !== this.element) return;
    const { left, right, top, bottom } = this.element.getBoundingClientRect();
    const within = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!within) this.close();
  }
}
