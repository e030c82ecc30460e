import { forgetLast } from "../compose/left";
import { Controller, dress, request } from "../shared";

/**
 * Where messages are written over the list. Fetches what writing needs when a form appears, and
 * opens links to forms as panels where there is room for them.
 *
 *     <meta name="compose" content="/assets/compose-….js /assets/guard-….js /assets/compose-….css /assets/compose-icons-….svg">
 *     <aside id="panels" data-turbo-permanent data-controller="panels">
 *
 * On a narrow screen, with a modifier or without scripts the links lead to the form's own page.
 */
export default class Panels extends Controller<HTMLElement> {
  #listening = new AbortController();
  #started = false;
  #loading: Promise<typeof import("../compose")> | undefined;

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    // Who points at a link to a form will most likely press it.
    for (const name of ["pointerover", "focusin"]) document.addEventListener(name, (event) => this.#near(event), { signal, passive: true });
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
    // The first form is asked for while the scripts for it come.
    const asked = this.#started ? undefined : request(url, { headers: { "Turbo-Frame": "compose", Accept: "text/html" } });
    asked?.catch(() => undefined);
    const { openPanel } = await this.#load();
    await openPanel(this.element, url, asked);
  }

  #look(): void {
    if (document.querySelector("form.compose")) void this.#load();
  }

  #near({ target }: Event): void {
    const link = this.#started ? null : (target as Element).closest?.<HTMLAnchorElement>("a[href]");
    if (link && this.#leadsToForm(link)) void this.#load().catch(() => undefined);
  }

  /** What can't be had now may be had with the next click. */
  #load(): Promise<typeof import("../compose")> {
    this.#loading ??= this.#fetch();
    this.#loading.catch(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #fetch(): Promise<typeof import("../compose")> {
    const named = document.querySelector<HTMLMetaElement>('meta[name="compose"]')?.content.split(" ") ?? [];
    const [script = "", guard = "", styles = "", icons = ""] = named;
    if (icons) void fetch(icons).catch(() => undefined);
    // A browser with a sanitiser of its own needs no other.
    const guarded = "setHTML" in Element.prototype;
    const [compose, purify] = (await Promise.all([import(script), guarded ? undefined : import(guard), styles && dress(styles)])) as [typeof import("../compose"), typeof import("../guard") | undefined, unknown];
    if (!this.#started) compose.start(this.application, purify?.purify);
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
