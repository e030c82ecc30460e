import { Controller } from "../shared";

/**
 * A sentence that counts seconds down. What becomes of it then, the server says (live_controller.ts).
 *
 *     <p data-controller="countdown" data-countdown-seconds-value="9" data-countdown-one-value="In {n} second."
 *        data-countdown-other-value="In {n} seconds." data-countdown-over-value="Now.">In 9 seconds.</p>
 */
export default class Countdown extends Controller<HTMLElement> {
  static override values = { seconds: Number, one: String, other: String, over: String };
  declare readonly secondsValue: number;
  declare readonly oneValue: string;
  declare readonly otherValue: string;
  declare readonly overValue: string;

  #end = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connect(): void {
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  override disconnect(): void {
    clearInterval(this.#timer);
  }

  /** The server's answer comes in place: what it says counts. */
  secondsValueChanged(): void {
    this.#end = Date.now() + this.secondsValue * 1_000;
  }

  #tick(): void {
    const left = Math.ceil((this.#end - Date.now()) / 1_000);
    const language = document.documentElement.lang;
    const words = new Intl.PluralRules(language).select(left) === "one" ? this.oneValue : this.otherValue;
    const sentence = left > 0 ? words.replace("{n}", left.toLocaleString(language)) : this.overValue;
    if (this.element.textContent !== sentence) this.element.textContent = sentence;
  }
}
