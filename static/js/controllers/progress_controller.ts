import { Controller, activity } from "../shared";

/**
 * Says that something is under way: a thin bar after 400 ms, a sentence after 2 s.
 *
 *     <div data-controller="progress" hidden><span data-progress-target="sentence" role="status" hidden>…</span></div>
 */
export default class Progress extends Controller<HTMLElement> {
  static override targets = ["sentence"];
  static override values = { bar: { type: Number, default: 400 }, sentence: { type: Number, default: 2_000 } };
  declare readonly sentenceTargets: HTMLElement[];
  declare readonly barValue: number;
  declare readonly sentenceValue: number;

  #timers: ReturnType<typeof setTimeout>[] = [];

  override connect(): void {
    activity.addEventListener("change", this.#follow);
    this.#follow();
  }

  override disconnect(): void {
    activity.removeEventListener("change", this.#follow);
    this.#show(false, false);
  }

  readonly #follow = (): void => {
    this.#show(false, false);
    if (!activity.busy) return;
    this.#timers = [
      setTimeout(() => this.#display(true, false), this.barValue),
      setTimeout(() => this.#display(true, true), this.sentenceValue),
    ];
  };

  #show(bar: boolean, sentence: boolean): void {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#display(bar, sentence);
  }

  #display(bar: boolean, sentence: boolean): void {
    this.element.hidden = !bar;
    for (const each of this.sentenceTargets) each.hidden = !sentence;
  }
}
