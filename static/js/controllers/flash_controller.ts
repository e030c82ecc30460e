import { Controller } from "@hotwired/stimulus";
import { Countdown } from "../lib/countdown";

/**
 * A notice at the foot: goes after a while, and waits while someone looks at it.
 *
 *     <div class="flash" data-controller="flash" data-flash-stay-value="false"> … <button data-key="undo">
 *       <button type="button" data-action="flash#close">
 *
 * One that stays goes only when it is closed.
 */
export default class Flash extends Controller<HTMLElement> {
  static override values = { delay: { type: Number, default: 10_000 }, stay: Boolean };
  declare readonly delayValue: number;
  declare readonly stayValue: boolean;

  #countdown: Countdown | undefined;
  #listening = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#countdown = new Countdown(this.delayValue, () => this.close());
    for (const event of ["pointerenter", "focusin"]) this.element.addEventListener(event, () => this.#countdown?.hold(), { signal });
    for (const event of ["pointerleave", "focusout"]) this.element.addEventListener(event, () => this.#runOn(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#countdown?.hold() : this.#runOn()), { signal });
    // A page that is gone back to has said it already. While a message opens the page stays, and so
    // does this: only the copy that Turbo makes a moment later carries the mark.
    if ("said" in this.element.dataset) return this.close();
    document.addEventListener("turbo:before-cache", () => this.#markCopy(), { signal });
    this.#makeRoom();
    this.#runOn();
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#countdown?.hold();
  }

  close(): void {
    this.element.remove();
  }

  #markCopy(): void {
    this.element.dataset.said = "";
    setTimeout(() => delete this.element.dataset.said, 100);
  }

  #runOn(): void {
    const looked = this.element.matches(":hover, :focus-within");
    if (!looked && !document.hidden && !this.stayValue) this.#countdown?.run();
  }

  /** The newest undo is the one that `z` means; older notices would only hide it. */
  #makeRoom(): void {
    for (const other of this.element.parentElement?.querySelectorAll(":scope > [data-controller~=flash]") ?? []) {
      if (other !== this.element && other.compareDocumentPosition(this.element) & Node.DOCUMENT_POSITION_FOLLOWING) other.remove();
    }
  }
}
