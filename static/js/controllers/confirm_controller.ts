import { Controller } from "@hotwired/stimulus";
import { config } from "@hotwired/turbo";

/**
 * Asks before what nothing can undo: a form or button with `data-turbo-confirm="…"`.
 *
 *     <dialog id="confirm" data-controller="confirm" aria-labelledby="confirm-text">
 *       <p id="confirm-text" data-confirm-target="text"></p>
 *       <form method="dialog"><button value="no" autofocus>…</button>
 *         <button value="yes" data-confirm-target="yes">…</button></form>
 *
 * `data-confirm-label` on the button that asks gives the answer its verb.
 */
export default class Confirm extends Controller<HTMLDialogElement> {
  static override targets = ["text", "yes"];
  declare readonly textTarget: HTMLElement;
  declare readonly yesTargets: HTMLElement[];

  #words: (string | null)[] = [];

  override connect(): void {
    this.#words = this.yesTargets.map((yes) => yes.textContent);
    config.forms.confirm = (message, _form, submitter) => this.#ask(message, submitter?.dataset.confirmLabel);
  }

  override disconnect(): void {
    config.forms.confirm = (message) => Promise.resolve(confirm(message));
    if (this.element.open) this.element.close();
  }

  #ask(message: string, verb: string | undefined): Promise<boolean> {
    this.textTarget.textContent = message;
    this.yesTargets.forEach((yes, index) => (yes.textContent = verb ?? this.#words[index] ?? null));
    this.element.returnValue = "no";
    this.element.showModal();
    return new Promise((resolve) => {
      this.element.addEventListener("close", () => resolve(this.element.returnValue === "yes"), { once: true });
    });
  }
}
