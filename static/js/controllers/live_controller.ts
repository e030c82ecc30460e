import { browser } from "../lib/browser_feed";
import { Feed } from "../lib/feed";
import { Gather } from "../lib/gather";
import { refreshList, refreshParts } from "../lib/refresh";
import { Controller, count } from "../shared";

/**
 * New mail and other programs' changes appear by themselves.
 *
 *     <body data-controller="live" data-live-url-value="/events">
 *       <button hidden data-live-target="pill" data-action="live#show">3 new messages</button>
 *
 * Rows never jump: with the list scrolled down, what is new above waits behind the pill.
 */
export default class Live extends Controller {
  static override targets = ["pill"];
  static override values = { url: String };
  declare readonly pillTargets: HTMLElement[];
  declare readonly urlValue: string;

  readonly #gather = new Gather(() => this.#refresh());
  #listening = new AbortController();
  #stale = false;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    if (this.urlValue) listeners.add(this.#heard);
    share(this.urlValue);
    document.addEventListener("live:refresh", () => this.#gather.soon(0), { signal });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    document.addEventListener("scroll", () => this.#scrolled(), { signal, capture: true, passive: true });
    addEventListener("online", () => feed?.wake(), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#gather.stop();
    listeners.delete(this.#heard);
    share("");
  }

  show(event: Event): void {
    event.preventDefault();
    void this.#refresh(true);
  }

  readonly #heard = (): void => {
    // A page that nobody sees catches up when it is looked at.
    this.#stale = document.hidden;
    if (!this.#stale) this.#gather.soon(250);
  };

  #seen(): void {
    if (this.#stale && !document.hidden) this.#gather.soon(0);
    this.#stale &&= document.hidden;
  }

  #scrolled(): void {
    const waiting = this.pillTargets.some((pill) => !pill.hidden);
    if (waiting) this.#gather.soon(400);
  }

  async #refresh(jump = false): Promise<void> {
    await refreshParts();
    const held = await refreshList({ jump });
    document.dispatchEvent(new Event("live:refreshed"));
    for (const pill of this.pillTargets) {
      pill.hidden = held === 0;
      const text = count("new", held);
      if (held > 0 && pill.textContent !== text) pill.textContent = text;
    }
  }
}

// Pages come and go with each visit; the stream stays, for the lock would wander with it.
const listeners = new Set<() => void>();
let feed: Feed | undefined;
let leaving: ReturnType<typeof setTimeout> | undefined;

function share(url: string): void {
  clearTimeout(leaving);
  if (!url) {
    leaving = setTimeout(() => {
      feed?.close();
      feed = undefined;
    }, 5_000);
  } else if (feed?.url !== url) {
    feed?.close();
    feed = new Feed(url, () => listeners.forEach((heard) => heard()), browser);
  }
}
