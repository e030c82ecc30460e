import { Controller, parse, request, selectionForm, tell } from "../shared";

/**
 * The menu of labels, filled when it is opened: for the messages that are chosen in the list, or for
 * those at its address.
 *
 *     <button popovertarget="label-message">…</button>
 *     <div id="label-message" popover data-controller="labels menu" data-labels-url-value="/m/inbox/7/labels">
 *       <a href="/m/inbox/7/labels">…</a></div>
 *
 * What stands in it leads to the same as a page, for those without this.
 */
export default class Labels extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;

  #listening = new AbortController();
  #plain: Node[] = [];
  #loading = new AbortController();

  override connect(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#plain = [...this.element.childNodes];
    this.element.tabIndex = -1;
    this.element.addEventListener("beforetoggle", (event) => (event as ToggleEvent).newState === "open" && void this.#fill(), { signal });
    this.element.addEventListener("toggle", (event) => this.#toggled((event as ToggleEvent).newState === "open"), { signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#loading.abort();
  }

  #toggled(open: boolean): void {
    // Keys pressed before it is filled are not for the page below.
    if (open && this.element.ariaBusy === "true") return this.element.focus();
    if (open) return;
    this.#loading.abort();
    this.element.removeAttribute("aria-busy");
    // Now that what was pressed in it has been sent.
    this.element.replaceChildren(...this.#plain);
  }

  async #fill(): Promise<void> {
    const loading = (this.#loading = new AbortController());
    this.element.setAttribute("aria-busy", "true");
    const form = this.urlValue ? undefined : selectionForm();
    try {
      const answer = await (form ? ask(form) : request(this.urlValue, { headers }));
      const menu = answer.ok ? parse(await answer.text()).querySelector("#labels") : null;
      if (loading.signal.aborted || !this.element.matches(":popover-open")) return;
      if (!menu) return this.#fail("refused");
      this.element.replaceChildren(menu);
      this.element.removeAttribute("aria-busy");
      (menu.querySelector<HTMLElement>("input:not([type=hidden])") ?? menu.querySelector<HTMLElement>("button:not([hidden])"))?.focus();
    } catch (error) {
      if ((error as Error).name === "AbortError" || loading.signal.aborted) return;
      this.#fail(navigator.onLine ? "unreachable" : "offline");
    }
  }

  #fail(word: "refused" | "unreachable" | "offline"): void {
    this.element.hidePopover();
    tell(word);
  }
}

const headers = { Accept: "text/html", "Turbo-Frame": "labels" };

/** What is chosen now: a moment later it may not be. */
function ask(form: HTMLFormElement): Promise<Response> {
  const fields = new URLSearchParams({ action: "label" });
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "action") fields.append(name, value);
  return request(new URL(form.getAttribute("action") ?? "", document.baseURI), { method: "POST", body: fields, headers });
}
