import { Controller } from "../shared";

/**
 * The frame that cages a message: as high as its content, so that only the page scrolls, and no
 * wider than the pane. Keys pressed in it are handed on (`shortcut:keydown`).
 *
 *     <iframe sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" data-controller="message-frame" src="…">
 *
 * No script runs inside; all of this happens from here, over the same origin.
 */
export default class MessageFrame extends Controller<HTMLIFrameElement> {
  /** Beyond this a message is a trap rather than a text, and scrolls in its frame. */
  static readonly tallest = 200_000;
  /** Narrower than this nobody can read it; then it scrolls sideways. */
  static readonly smallest = 0.45;

  #resizing: ResizeObserver | undefined;
  #listening = new AbortController();
  #height = 0;
  #width = 0;
  #growth = { step: 0, times: 0 };

  override connect(): void {
    this.#listening = new AbortController();
    this.element.addEventListener("load", () => this.#enter(), { signal: this.#listening.signal });
    this.element.addEventListener("turbo:before-morph-attribute", keepStyle, { signal: this.#listening.signal });
    if (this.element.contentDocument?.readyState === "complete") this.#enter();
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#resizing?.disconnect();
  }

  #enter(): void {
    const inner = this.element.contentDocument;
    if (!inner?.body || inner.URL === "about:blank") return;
    this.#resizing?.disconnect();
    this.#resizing = new ResizeObserver(() => this.#fit());
    this.#resizing.observe(this.element);
    this.#resizing.observe(inner.documentElement);
    this.#resizing.observe(inner.body);
    inner.addEventListener("keydown", (event) => this.#hand(event), { signal: this.#listening.signal });
    this.#fit();
    this.element.dataset.ready = "";
  }

  #fit(): void {
    const inner = this.element.contentDocument;
    if (!inner?.body) return;
    if (this.element.clientWidth !== this.#width) {
      this.#width = this.element.clientWidth;
      this.#growth = { step: 0, times: 0 };
      this.#fitWidth(inner);
    }
    const wanted = Math.ceil(inner.documentElement.getBoundingClientRect().height);
    const height = Math.min(wanted, MessageFrame.tallest);
    const step = height - this.#height;
    if (Math.abs(step) < 1) return;
    // A message as high as its frame and a bit more would grow for ever.
    this.#growth = { step, times: step === this.#growth.step && step > 0 ? this.#growth.times + 1 : 0 };
    if (this.#growth.times > 8) return;
    this.#height = height;
    this.element.style.blockSize = `${height}px`;
  }

  /** A newsletter of fixed width is made smaller, as a phone's reader expects. */
  #fitWidth({ body, documentElement: root }: Document): void {
    body.style.removeProperty("zoom");
    const part = root.clientWidth / Math.max(1, root.scrollWidth);
    if (part < 0.99) body.style.setProperty("zoom", String(Math.max(part, MessageFrame.smallest)));
  }

  #hand(event: KeyboardEvent): void {
    // What selects, copies or scrolls stays with the message.
    if (event.defaultPrevented || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() !== "k")) return;
    document.dispatchEvent(new CustomEvent("shortcut:keydown", { detail: event }));
  }
}

/** A morph knows nothing of the height given here. */
function keepStyle(event: CustomEvent<{ attributeName: string }>): void {
  if (["style", "data-ready"].includes(event.detail.attributeName)) event.preventDefault();
}
