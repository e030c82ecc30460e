import { Controller } from "../shared";

/**
 * A conversation: its messages open and fold in place, several at once, and keys lead from one to the
 * next.
 *
 *     <div data-controller="talk"> … <li data-talk-target="item">
 *       <a data-talk-target="row stop" data-turbo-frame="card-7" href="/m/inbox/7">…</a> <turbo-frame id="card-7"></turbo-frame></li>
 *
 * Turbo fetches a message into the frame below its row; the item has `data-open` while it is to be
 * seen, and `data-folded` once it is not any more. A stop is where the keys go.
 */
export default class Talk extends Controller<HTMLElement> {
  static override targets = ["item", "row", "stop"];
  declare readonly itemTargets: HTMLElement[];
  declare readonly rowTargets: HTMLAnchorElement[];
  declare readonly stopTargets: HTMLElement[];

  #listening = new AbortController();
  /** The frame that someone asked for, and is to have the focus. */
  #asked: Element | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("click", (event) => this.#click(event), { signal });
    this.element.addEventListener("turbo:frame-load", ({ target }) => this.#loaded(target as Element), { signal });
    // Before the list, which would answer with a row of its own.
    document.addEventListener("keys:action", (event) => this.#key(event), { signal, capture: true });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  rowTargetConnected(row: HTMLAnchorElement): void {
    row.setAttribute("aria-expanded", String(itemOf(row)?.hasAttribute("data-open") ?? false));
  }

  fold({ currentTarget }: Event): void {
    const item = itemOf(currentTarget as Element);
    if (!item) return;
    this.#set(item, false);
    this.#rowOf(item)?.focus();
  }

  /** What was fetched once is shown again as it is. */
  #click(event: MouseEvent): void {
    const row = this.rowTargets.find((each) => each.contains(event.target as Node));
    if (!row || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const item = itemOf(row);
    const frame = frameOf(item);
    if (!item || !frame) return;
    this.#asked = frame;
    if (frame.querySelector(".letter")) {
      event.preventDefault();
      this.#loaded(frame);
    } else item.removeAttribute("data-folded");
  }

  #loaded(frame: Element): void {
    const item = itemOf(frame);
    if (!item || frameOf(item) !== frame) return;
    // Whoever has gone on meanwhile is not called back.
    const focused = document.activeElement;
    const waits = this.#asked === frame && (focused === document.body || item.contains(focused));
    this.#set(item, true);
    if (!waits) return;
    this.#asked = undefined;
    frame.querySelector<HTMLElement>(".letter")?.focus({ preventScroll: true });
    frame.scrollIntoView({ block: "nearest" });
  }

  #set(item: HTMLElement, open: boolean): void {
    item.toggleAttribute("data-open", open);
    item.toggleAttribute("data-folded", !open);
    this.#rowOf(item)?.setAttribute("aria-expanded", String(open));
  }

  #rowOf(item: Element): HTMLAnchorElement | undefined {
    return this.rowTargets.find((row) => itemOf(row) === item);
  }

  // Keys

  #key(event: CustomEvent<{ action: string }>): void {
    if (!this.#answers(event.detail.action)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #answers(action: string): boolean {
    const focused = document.activeElement;
    switch (action) {
      case "next-message":
        return this.#step(1);
      case "previous-message":
        return this.#step(-1);
      case "open-all":
        return this.#all(true);
      case "fold-all":
        return this.#all(false);
      case "open": {
        const row = this.rowTargets.find((each) => each === focused);
        row?.click();
        return row !== undefined;
      }
      case "reply":
      case "reply-all":
      case "forward": {
        const answer = focused?.closest("turbo-frame .letter")?.querySelector<HTMLElement>(`[data-answer="${action}"]`);
        answer?.click();
        return Boolean(answer);
      }
      default:
        return false;
    }
  }

  /** From where the focus is, else from the message that the page was opened with. */
  #step(by: number): boolean {
    const stops = this.stopTargets.filter((stop) => stop.checkVisibility());
    const focused = stops.findLastIndex((stop) => stop.contains(document.activeElement));
    const at = focused >= 0 ? focused : stops.findIndex((stop) => !itemOf(stop)?.dataset.id && stop.matches(".letter"));
    const stop = stops[at + by];
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: stop.matches(".letter") ? "start" : "nearest" });
    return true;
  }

  #all(open: boolean): boolean {
    for (const fold of this.element.querySelectorAll("details:has(> .talk)")) fold.toggleAttribute("open", open);
    for (const item of this.itemTargets) {
      const frame = frameOf(item);
      const row = this.#rowOf(item);
      if (!frame || !row) continue;
      if (!open || frame.querySelector(".letter")) this.#set(item, open);
      else if (!frame.hasAttribute("src")) {
        // Those further down are fetched when one comes to them.
        frame.setAttribute("loading", "lazy");
        frame.setAttribute("src", row.href);
      }
    }
    return true;
  }
}

function itemOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>(".talk__item");
}

function frameOf(item: Element | null): Element | null {
  return item?.querySelector(":scope > turbo-frame") ?? null;
}
