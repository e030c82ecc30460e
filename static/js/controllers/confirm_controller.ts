import { Controller } from "@hotwired/stimulus";
import { config } from "@hotwired/turbo";
import { submit } from "../lib/http";

/**
 * Asks before what nothing can undo: a form, button or link with `data-turbo-confirm="…"`. A link
 * leads to the page that asks without scripts; here its address is posted to once the answer is yes.
 *
 *     <dialog id="confirm" data-controller="confirm"><form method="dialog">
 *       <h2 data-confirm-target="question"></h2> <p data-confirm-target="sentence"></p>
 *       <button value="yes" data-confirm-target="verb">…</button> <button value="no" autofocus>…</button>
 *
 * `data-confirm-verb` on what asks gives the answer its verb, `data-confirm-sentence` says more.
 */
export default class Confirm extends Controller<HTMLDialogElement> {
  static override targets = ["question", "sentence", "verb"];
  declare readonly questionTargets: HTMLElement[];
  declare readonly sentenceTargets: HTMLElement[];
  declare readonly verbTargets: HTMLElement[];

  #usual: string | undefined;
  #listening = new AbortController();

  override connect(): void {
    // What asks may carry the name as well; only the dialog answers.
    if (!(this.element instanceof HTMLDialogElement)) return;
    this.#listening = new AbortController();
    this.#usual = this.verbTargets[0]?.textContent?.trim();
    document.addEventListener("click", (event) => this.#link(event), { signal: this.#listening.signal, capture: true });
    config.forms.confirm = (question, form, submitter) => this.#ask(question, submitter ?? form);
  }

  override disconnect(): void {
    if (!(this.element instanceof HTMLDialogElement)) return;
    this.#listening.abort();
    config.forms.confirm = (question) => Promise.resolve(confirm(question));
    if (this.element.open) this.element.close();
  }

  #link(event: MouseEvent): void {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>("a[data-turbo-confirm]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#ask(link.dataset.turboConfirm ?? "", link).then((yes) => yes && submit(link.href, []));
  }

  #ask(question: string, { dataset }: HTMLElement): Promise<boolean> {
    for (const each of this.questionTargets) each.textContent = question;
    for (const each of this.sentenceTargets) {
      each.textContent = dataset.confirmSentence ?? "";
      each.hidden = !each.textContent;
    }
    for (const each of this.verbTargets) each.textContent = dataset.confirmVerb ?? this.#usual ?? "";
    this.element.returnValue = "no";
    this.element.showModal();
    return new Promise((resolve) => {
      this.element.addEventListener("close", () => resolve(this.element.returnValue === "yes"), { once: true });
    });
  }
}
