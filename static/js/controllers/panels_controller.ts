import { forgetLast } from "../compose/left";
import { Controller } from "../shared";

/**
 * Where messages are written over the list. Fetches what writing needs when a form appears, and
 * opens links to forms as panels where there is room for them.
 *
 *     <meta name="compose" content="/assets/compose-….js">
 *     <aside id="panels" data-turbo-permanent data-controller="panels">
 *
 * On a narrow screen, with a modifier or without scripts the links lead to the form's own page.
 */
export default class Panels extends Controller<HTMLElement> {
  #listening = new AbortController();
  #started = false;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    document.addEventListener("turbo:load", () => this.#look(), { signal });
    document.addEventListener("panels:open", (event) => void this.open((event as CustomEvent<{ url: string }>).detail.url), { signal });
    // Journals are this account's; nothing of them stays when it leaves.
    document.addEventListener("submit", ({ target }) => this.#leave(target as HTMLFormElement), { signal, capture: true });
    this.#look();
  }

  override disconnect(): void {
    this.#listening.abort();
  }

  async open(url: string): Promise<void> {
    const { openPanel } = await this.#load();
    await openPanel(this.element, url);
  }

  #look(): void {
    if (document.querySelector("form.compose")) void this.#load();
  }

  async #load(): Promise<typeof import("../compose")> {
    const address = document.querySelector<HTMLMetaElement>('meta[name="compose"]')?.content ?? "";
    const compose = (await import(address)) as typeof import("../compose");
    if (!this.#started) compose.start(this.application);
    this.#started = true;
    return compose;
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.<HTMLAnchorElement>("a[href]:not([target])");
    if (!link || !this.#leadsToForm(link) || !matchMedia("(width >= 64rem)").matches) return;
    event.preventDefault();
    event.stopPropagation();
    void this.open(link.href);
  }

  #leadsToForm({ origin, pathname }: HTMLAnchorElement): boolean {
    const base = document.querySelector<HTMLMetaElement>('meta[name="base"]')?.content ?? "";
    const path = pathname.slice(base.length);
    // A page that is a form itself is left for the next one.
    if (origin !== location.origin || document.querySelector(".app--compose")) return false;
    return /^\/(compose|drafts\/\d+|m\/[^/]+\/[^/]+\/(reply|reply-all|reply-list|forward|forward-attached|edit))$/.test(path);
  }

  #leave({ action }: HTMLFormElement): void {
    if (!/\/logout$/.test(String(action))) return;
    indexedDB.deleteDatabase("restante-journal");
    forgetLast();
  }
}
