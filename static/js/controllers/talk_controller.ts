import { Remains } from "../lib/remains";
import { Controller, idOf, morphElements, numbered, openMessage, parse, request, rowOf, tell, valueOf } from "../shared";

/**
 * A conversation: its messages open and fold in place, several at once, and keys lead from one to the
 * next.
 *
 *     <div data-controller="talk"> … <li data-talk-target="item">
 *       <a data-talk-target="row stop" data-turbo-frame="card-7" href="/m/inbox/7">…</a> <turbo-frame id="card-7"></turbo-frame></li>
 *
 * Turbo fetches a message into the frame below its row; the item has `data-open` while it is to be
 * seen, and `data-folded` once it is not any more. A stop is where the keys go.
 *
 * When the row of the conversation has got a message that is not on the page, the button
 * `data-talk-target="news"` says so, and brings it. `data-talk-known-value` has those that were there.
 */
export default class Talk extends Controller<HTMLElement> {
  static override targets = ["item", "row", "stop", "news", "move"];
  static override values = { known: String };
  declare readonly itemTargets: HTMLElement[];
  declare readonly rowTargets: HTMLAnchorElement[];
  declare readonly stopTargets: HTMLElement[];
  declare readonly newsTargets: HTMLElement[];
  declare knownValue: string;

  #listening = new AbortController();
  /** The frame that someone asked for, and is to have the focus. */
  #asked: Element | undefined;
  readonly #remains = new Remains(this.element, () => this.knownValue.split(","));

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.element.addEventListener("click", (event) => this.#click(event), { signal });
    this.element.addEventListener("turbo:frame-load", ({ target }) => this.#loaded(target as Element), { signal });
    // Before the list, which would answer with a row of its own.
    document.addEventListener("keys:action", (event) => this.#key(event), { signal, capture: true });
    document.addEventListener("live:refreshed", () => this.#tell(), { signal });
    document.addEventListener("message:leaving", (event) => this.#leave(event), { signal });
    document.addEventListener("rows:returned", ({ detail }) => this.#return(detail.emails), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  rowTargetConnected(row: HTMLAnchorElement): void {
    row.setAttribute("aria-expanded", String(itemOf(row)?.hasAttribute("data-open") ?? false));
  }

  /** Without us the folders are those that the whole conversation is moved to. */
  moveTargetConnected(move: HTMLElement): void {
    move.hidden = false;
  }

  /** The reader's choice of folders, for one message. */
  move({ currentTarget }: Event): void {
    const { path = "", copyPath = "" } = (currentTarget as HTMLElement).dataset;
    (currentTarget as HTMLElement).closest<HTMLElement>("[popover]")?.hidePopover();
    const menu = document.getElementById("move-message");
    const form = document.getElementById("move");
    const copy = menu?.querySelector("button[formaction]");
    const opener = document.querySelector<HTMLElement>('[popovertarget="move-message"]');
    if (!menu || !form || !copy || !opener) return;
    const before = [form.getAttribute("action") ?? "", copy.getAttribute("formaction") ?? ""] as const;
    const set = (to: string, copied: string) => {
      form.setAttribute("action", to);
      copy.setAttribute("formaction", copied);
    };
    set(path, copyPath);
    opener.click();
    const closed = (event: Event) => {
      if ((event as ToggleEvent).newState === "open") return;
      menu.removeEventListener("toggle", closed);
      set(...before);
    };
    menu.addEventListener("toggle", closed);
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

  /** What stays of the conversation is gone on with, unless someone is at work in the list. */
  #leave(event: CustomEvent<{ ids: readonly string[] }>): void {
    const isOpen = event.detail.ids.includes(openMessage()?.dataset.id ?? "");
    if (!isOpen && document.activeElement?.closest(".list")) return;
    const next = this.#remains.leave(event.detail.ids);
    if (!next) return;
    event.preventDefault();
    next.closest("details")?.setAttribute("open", "");
    const letter = next.querySelector<HTMLElement>(".letter");
    const row = this.#rowOf(next);
    if (letter && next.hasAttribute("data-open")) this.#show(letter);
    else {
      row?.focus();
      row?.click();
    }
  }

  #return(emails: readonly string[]): void {
    const item = this.#remains.return(emails);
    const letter = item?.querySelector<HTMLElement>(".letter");
    if (letter) this.#show(letter);
  }

  #show(letter: HTMLElement): void {
    letter.focus({ preventScroll: true });
    letter.scrollIntoView({ block: "nearest" });
  }

  #rowOf(item: Element): HTMLAnchorElement | undefined {
    return this.rowTargets.find((row) => itemOf(row) === item);
  }

  // News

  #tell(): void {
    const news = this.newsTargets[0];
    if (!news) return;
    const missing = this.#missing();
    news.hidden = missing === 0;
    const text = numbered(missing, (form) => news.dataset[form]);
    if (missing > 0 && news.textContent !== text) news.textContent = text;
  }

  /** How many messages the conversation's row stands for that are not on the page. */
  #missing(): number {
    const open = this.element.closest<HTMLElement>("article[data-id]")?.dataset.id ?? "";
    const row = rowOf(open);
    if (!row || idOf(row) === open) return 0;
    const known = new Set([...this.knownValue.split(","), ...this.itemTargets.map(({ dataset }) => dataset.id)]);
    return valueOf(row).split(",").filter((id) => !known.has(id)).length;
  }

  /** Brings them in place; what is open stays as it is. */
  async load(): Promise<void> {
    let next: Element | null;
    try {
      const response = await request(location.href, { headers: { Accept: "text/html", "Turbo-Frame": "reader" } });
      if (!response.ok) return tell("refused");
      next = response.redirected ? null : parse(await response.text()).querySelector("article[data-id]");
    } catch (error) {
      if ((error as Error).name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
      return;
    }
    const article = this.element.closest("article[data-id]");
    const scroll = next?.querySelector<HTMLElement>("[data-talk-known-value]");
    if (!next || !article || !scroll) return;
    const [list, fresh] = [this.element.querySelector(":scope > .talk"), scroll.querySelector(":scope > .talk")];
    if (!list || !fresh) {
      morphElements(article, next);
      return;
    }
    const come = insert(list, fresh);
    for (const part of [".actions", ".message__topic"]) {
      const [from, to] = [article.querySelector(part), next.querySelector(part)];
      if (from && to) morphElements(from, to);
    }
    this.knownValue = scroll.dataset.talkKnownValue ?? "";
    this.#tell();
    come?.querySelector<HTMLElement>(".talk__row")?.focus();
  }

  // Keys

  #key(event: CustomEvent<{ action: string }>): void {
    if (!this.#answers(event.detail.action)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #answers(action: string): boolean {
    if (this.itemTargets.length === 0) return false;
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

/** Puts the messages that the list lacks where the fresh one has them; gives the first. */
function insert(list: Element, fresh: Element): Element | undefined {
  const here = (item: Element) => {
    const id = (item as HTMLElement).dataset.id;
    return id ? list.querySelector(`.talk__item[data-id="${CSS.escape(id)}"]`) : item.matches("[data-open]") ? list.querySelector(":scope > [data-open]:not([data-id])") : null;
  };
  let first: Element | undefined;
  let before: Element | null = null;
  for (const item of [...fresh.children].reverse()) {
    const known = here(item);
    if (known || !item.matches(".talk__item")) {
      // What lies in a fold here has no place of its own.
      before = known?.parentElement === list ? known : before;
      continue;
    }
    const come = item.cloneNode(true) as Element;
    list.insertBefore(come, before);
    before = first = come;
  }
  return first;
}

function itemOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>(".talk__item");
}

function frameOf(item: Element | null): Element | null {
  return item?.querySelector(":scope > turbo-frame") ?? null;
}
