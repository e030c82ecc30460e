import { Narrowing } from "../lib/narrow";
import { Controller } from "../shared";

/**
 * The frame that cages a message: as high as its content, so that only the page scrolls, and no
 * wider than the pane: made smaller as long as it can be read, then laid out anew, and only what
 * is wide by itself scrolls sideways. Keys pressed in it are handed on (`shortcut:keydown`).
 *
 *     <iframe sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" data-controller="message-frame" src="…">
 *
 * No script runs inside; all of this happens from here, over the same origin.
 */
export default class MessageFrame extends Controller<HTMLIFrameElement> {
  /** Beyond this a message is a trap rather than a text, and scrolls in its frame. */
  static readonly tallest = 200_000;
  /** Smaller than this, in px, most of the text is not made. */
  static readonly legible = 11;

  #resizing: ResizeObserver | undefined;
  #listening = new AbortController();
  #height = 0;
  #width = 0;
  #growth = { step: 0, times: 0 };
  #narrowing = new Narrowing();

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
    // Another document, as when pictures are shown now, has its own width.
    this.#narrowing = new Narrowing();
    this.#width = 0;
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
    const { documentElement: root } = inner;
    // What scrolls sideways has a bar below it, in some browsers.
    const bar = Math.max(0, (inner.defaultView?.innerHeight ?? 0) - root.clientHeight);
    const wanted = Math.ceil(root.getBoundingClientRect().height) + bar;
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
    this.#narrowing.undo();
    body.style.removeProperty("zoom");
    if (root.scrollWidth <= root.clientWidth) return;
    // A pixel less, or rounding cuts off a border.
    const part = () => (root.clientWidth - 1) / root.scrollWidth;
    const least = MessageFrame.legible / sizeOf(body);
    if (part() < least) {
      this.#narrowing.apply(body, root.clientWidth);
      if (root.scrollWidth <= root.clientWidth) return;
    }
    body.style.setProperty("zoom", String(Math.min(1, Math.max(part(), least))));
  }

  #hand(event: KeyboardEvent): void {
    // What selects, copies or scrolls stays with the message.
    if (event.defaultPrevented || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() !== "k")) return;
    document.dispatchEvent(new CustomEvent("shortcut:keydown", { detail: event }));
  }
}

/** Of most of the text, in px; what comes after a lot of it does not change that. */
function sizeOf(body: HTMLElement): number {
  const texts = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const lengths = new Map<string, number>();
  for (let left = 1_000; left > 0 && texts.nextNode(); left -= 1) {
    const { parentElement, textContent } = texts.currentNode;
    const length = textContent?.trim().length ?? 0;
    if (!parentElement || length === 0) continue;
    const { fontSize } = getComputedStyle(parentElement);
    lengths.set(fontSize, (lengths.get(fontSize) ?? 0) + length);
  }
  const [most] = [...lengths].sort(([, one], [, other]) => other - one);
  return parseFloat(most?.[0] ?? "") || 16;
}

/** A morph knows nothing of the height given here. */
function keepStyle(event: CustomEvent<{ attributeName: string }>): void {
  if (["style", "data-ready"].includes(event.detail.attributeName)) event.preventDefault();
}
