import { Controller, idOf, parse, request, rowOf, rowsIn, tell } from "../shared";

/**
 * The foot of the list: the rows of the next page are appended when it comes near.
 *
 *     <nav data-controller="more"> … <a href="/m/inbox?before=…" data-more-target="next">Older</a></nav>
 *
 * After some pages it waits for a click, so that the foot of the page can be reached and memory
 * stays small. The list has `data-tail` from then on, so that a refresh keeps what was appended.
 */
export default class More extends Controller<HTMLElement> {
  static override targets = ["next"];
  static override values = { pages: { type: Number, default: 0 }, most: { type: Number, default: 8 } };
  declare readonly nextTargets: HTMLAnchorElement[];
  declare pagesValue: number;
  declare readonly mostValue: number;

  #watching: IntersectionObserver | undefined;
  #listening = new AbortController();
  #loading = false;

  override connect(): void {
    this.#listening = new AbortController();
    this.element.addEventListener("click", (event) => this.#click(event), { signal: this.#listening.signal });
    if (this.pagesValue >= this.mostValue || this.nextTargets.length === 0) return;
    this.#watching = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#load(), { rootMargin: "600px" });
    this.#watching.observe(this.element);
  }

  override disconnect(): void {
    this.#watching?.disconnect();
    this.#listening.abort();
  }

  #click(event: MouseEvent): void {
    const next = this.nextTargets.find((link) => link.contains(event.target as Node));
    if (!next || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#load(true);
  }

  async #load(asked = false): Promise<void> {
    const href = this.nextTargets[0]?.href;
    if (this.#loading || !href) return;
    this.#loading = true;
    this.element.setAttribute("aria-busy", "true");
    try {
      const headers = { Accept: "text/html", "Turbo-Frame": "list" };
      const response = await request(href, { headers, quiet: !asked, signal: this.#listening.signal });
      if (!response.ok) throw new Error(String(response.status));
      this.#append(parse(await response.text()));
    } catch (error) {
      // The link stays, to be clicked.
      this.#watching?.disconnect();
      if (asked && (error as Error).name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
    } finally {
      this.#loading = false;
      this.element.removeAttribute("aria-busy");
    }
  }

  #append(page: Document): void {
    const list = this.element.closest<HTMLElement>('[data-controller~="list"]');
    const rows = rowsIn(page).filter((row) => !rowOf(idOf(row)));
    const last = list && rowsIn(list).at(-1);
    if (!list || !last) return;
    const focused = this.element.contains(document.activeElement);
    list.dataset.tail = "";
    last.after(...rows);
    if (focused) rows[0]?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });

    const next = page.querySelector<HTMLElement>('[data-controller~="more"]');
    next?.setAttribute("data-more-pages-value", String(this.pagesValue + 1));
    if (next) this.element.replaceWith(next);
    else this.element.remove();
  }
}
