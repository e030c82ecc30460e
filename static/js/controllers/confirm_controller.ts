import { Controller, config, submit } from "../shared";

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
  #answer: (yes: boolean) => void = () => undefined;
  #listening = new AbortController();

  override connect(): void {
    // What asks may carry the name as well; only the dialog answers.
    if (!(this.element instanceof HTMLDialogElement)) return;
    this.#listening = new AbortController();
    this.#usual = this.verbTargets[0]?.textContent?.trim();
    document.addEventListener("click", (event) => this.#link(event), { signal: this.#listening.signal, capture: true });
    this.element.addEventListener("close", () => this.#closed(), { signal: this.#listening.signal });
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
    // Asked again before it was said that the dialog had closed: that was a no.
    this.#answer(false);
    this.element.returnValue = "no";
    if (!this.element.open) this.element.showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  /** Told a while after it closes, and by then someone may have been asked anew. */
  #closed(): void {
    if (!this.element.open) this.#answer(this.element.returnValue === "yes");
  }
}
