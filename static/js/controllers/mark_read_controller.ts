import { Controller, Countdown, idsOf, isOnly, renderStreamMessage, request, rowOf, setMark } from "../shared";

/**
 * Marks the open message as read once it has been looked at for a while; a page nobody sees does
 * not count.
 *
 *     <article data-id="7" data-unread="true" data-controller="mark-read" data-mark-read-url-value="/m/inbox/7/seen" data-mark-read-delay-value="3000">
 */
export default class MarkRead extends Controller<HTMLElement> {
  static override values = { url: String, delay: { type: Number, default: 3_000 } };
  declare readonly urlValue: string;
  declare readonly delayValue: number;

  #countdown: Countdown | undefined;
  #listening = new AbortController();

  override connect(): void {
    // A copy may be unread where this one is not; then the row of a conversation says so.
    const item = this.element.closest<HTMLElement>(".talk__item[data-unread]") ?? this.element;
    if (item.dataset.unread !== "true") return;
    if (!this.urlValue || document.documentElement.hasAttribute("data-turbo-preview")) return;
    this.#listening = new AbortController();
    this.#countdown = new Countdown(this.delayValue, () => void this.#mark());
    document.addEventListener("visibilitychange", () => this.#look(), { signal: this.#listening.signal });
    this.#look();
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#countdown?.hold();
  }

  #look(): void {
    if (document.hidden) this.#countdown?.hold();
    else this.#countdown?.run();
  }

  async #mark(): Promise<void> {
    this.#listening.abort();
    this.#show(false);
    const headers = { Accept: "text/vnd.turbo-stream.html, text/html" };
    const response = await request(this.urlValue, { method: "POST", headers, body: new URLSearchParams({ value: "true" }), quiet: true }).catch(() => undefined);
    if (!response?.ok) return this.#show(true);
    if (response.headers.get("Content-Type")?.startsWith("text/vnd.turbo-stream.html")) renderStreamMessage(await response.text());
  }

  #show(unread: boolean): void {
    setMark(this.element, "unread", unread);
    const id = this.element.dataset.id ?? "";
    const row = rowOf(id);
    if (row && (unread || isOnly(row, idsOf(this.element)))) setMark(row, "unread", unread);
  }
}
