// What the form says: its state, what is wrong and where, what can be done about it, and questions.

import type { Issue } from "./draft";
import { hidePopovers, need, paragraph, part, parts } from "./parts";

export interface Question {
  title: string;
  sentences: string[];
  yes: string;
}

export class Sayings {
  constructor(readonly form: HTMLFormElement) {}

  /** The quiet line beside the title. */
  say(sentence: string, state = ""): void {
    const status = need(this.form, "status");
    status.textContent = sentence;
    status.dataset.state = state;
  }

  get state(): string {
    return need(this.form, "status").dataset.state ?? "";
  }

  /** Beside the fields where they have one, else above them all. */
  complain(issues: Issue[]): void {
    const general: Issue[] = [];
    let first: HTMLElement | undefined;
    for (const issue of issues) {
      const place = issue.field ? this.#place(issue.field) : null;
      if (!place) {
        general.push(issue);
        continue;
      }
      place.textContent = issue.sentence;
      place.hidden = false;
      place.closest("[data-folded]")?.removeAttribute("data-folded");
      const field = this.field(issue.field ?? "");
      field?.setAttribute("aria-invalid", "true");
      first ??= field;
    }
    need(this.form, "problemList").replaceChildren(...general.map(({ sentence }) => paragraph(sentence)));
    need(this.form, "problems").hidden = general.length === 0;
    if (general.length > 0) need(this.form, "scroll").scrollTo({ top: 0 });
    first?.focus();
  }

  /** This sentence above the fields does not hold any longer. */
  settle(sentence: string): void {
    const list = need(this.form, "problemList");
    for (const each of [...list.children]) if (each.textContent === sentence) each.remove();
    if (list.childElementCount === 0) need(this.form, "problems").hidden = true;
  }

  /** What someone types in, to write in a field. */
  field(name: string): HTMLElement | undefined {
    const row = this.row(name);
    const field = this.form.elements.namedItem(name);
    return row?.querySelector<HTMLElement>("[data-recipients-target=input]") ?? (field instanceof HTMLElement ? field : undefined);
  }

  row(name: string): HTMLElement | undefined {
    return parts(this.form, "row").find(({ dataset }) => dataset.field === name);
  }

  unfold(name: string): void {
    this.row(name)?.removeAttribute("data-folded");
    hidePopovers(this.form);
    this.field(name)?.focus();
  }

  clear(name: string): void {
    const place = name ? this.#place(name) : null;
    if (!place || place.hidden) return;
    place.hidden = true;
    this.field(name)?.removeAttribute("aria-invalid");
  }

  clearAll(): void {
    for (const { dataset } of this.form.querySelectorAll<HTMLElement>("[data-problem]")) this.clear(dataset.problem ?? "");
    need(this.form, "problems").hidden = true;
    for (const warnings of parts(this.form, "warnings")) warnings.hidden = true;
  }

  /** A sentence above the fields, with what can be done. */
  offer(sentence: string, actions: [string, () => void][], kind = ""): void {
    need(this.form, "restoredSentence").textContent = sentence;
    need(this.form, "restoredActions").replaceChildren(
      ...actions.map(([words, does]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.textContent = words;
        button.addEventListener("click", does);
        return button;
      }),
    );
    const place = need(this.form, "restored");
    place.dataset.kind = kind;
    place.hidden = false;
  }

  /** What was offered, or only an offer of this kind. */
  withdraw(kind?: string): void {
    const place = need(this.form, "restored");
    if (kind === undefined || place.dataset.kind === kind) place.hidden = true;
  }

  /** Whether the answer was yes. */
  ask({ title, sentences, yes }: Question): Promise<boolean> {
    const dialog = need<HTMLDialogElement>(this.form, "askDialog");
    need(this.form, "askTitle").textContent = title;
    need(this.form, "askYes").textContent = yes;
    need(this.form, "askBody").replaceChildren(...sentences.map(paragraph));
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  answer(yes: boolean): void {
    part<HTMLDialogElement>(this.form, "askDialog")?.close(yes ? "yes" : "no");
  }

  #place(name: string): HTMLElement | null {
    return this.form.querySelector<HTMLElement>(`[data-problem="${CSS.escape(name)}"]`);
  }
}
