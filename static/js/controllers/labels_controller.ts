import { Controller, parse, request, tell } from "../shared";
import { hang } from "../lib/hung_menu";

/**
 * A button that leads to the labels of some messages as a page becomes one that opens them as a menu,
 * filled when it is opened with what stands on that page.
 *
 *     <form method="post" action="/m/inbox/selection"><input type="hidden" name="id" value="7">
 *       <button name="action" value="labels" popovertarget="labels-menu" data-controller="labels">
 */
export default class Labels extends Controller<HTMLButtonElement> {
  #menu: HTMLElement | undefined;
  #loading = new AbortController();
  #listening = new AbortController();

  override connect(): void {
    const menu = hang(this.element);
    menu.tabIndex = -1;
    menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && void this.#fill(menu));
    menu.addEventListener("toggle", ({ newState }) => this.#toggled(menu, newState === "open"));
    this.#menu = menu;
    this.element.type = "button";
    this.#listening = new AbortController();
    this.element.addEventListener("turbo:before-morph-attribute", keepType, { signal: this.#listening.signal });
  }

  override disconnect(): void {
    this.#listening.abort();
    this.#loading.abort();
    this.#menu?.remove();
  }

  #toggled(menu: HTMLElement, open: boolean): void {
    // Keys pressed before it is filled are not for the page below.
    if (open && menu.ariaBusy === "true") return menu.focus();
    if (open) return;
    this.#loading.abort();
    menu.ariaBusy = null;
    // Now that what was pressed in it has been sent.
    menu.replaceChildren();
  }

  async #fill(menu: HTMLElement): Promise<void> {
    const loading = (this.#loading = new AbortController());
    menu.ariaBusy = "true";
    try {
      const answer = await ask(this.element);
      const labels = answer.ok ? parse(await answer.text()).querySelector("#labels") : null;
      if (loading.signal.aborted || !menu.matches(":popover-open")) return;
      if (!labels) return fail(menu, "refused");
      menu.replaceChildren(labels);
      menu.ariaBusy = null;
      (labels.querySelector<HTMLElement>("input:not([type=hidden])") ?? labels.querySelector<HTMLElement>("button:not([hidden])"))?.focus();
    } catch (error) {
      if ((error as Error).name === "AbortError" || loading.signal.aborted) return;
      fail(menu, navigator.onLine ? "unreachable" : "offline");
    }
  }
}

/** The messages are those that are chosen now: a moment later they may not be. */
function ask(button: HTMLButtonElement): Promise<Response> {
  const { form } = button;
  const fields = new URLSearchParams({ [button.name]: button.value });
  for (const [name, value] of form ? new FormData(form) : []) if (typeof value === "string") fields.append(name, value);
  const address = new URL(form?.getAttribute("action") ?? "", document.baseURI);
  return request(address, { method: "POST", body: fields, headers: { Accept: "text/html", "Turbo-Frame": "labels" } });
}

function fail(menu: HTMLElement, word: "refused" | "unreachable" | "offline"): void {
  menu.hidePopover();
  tell(word);
}

/** The page that it is brought up to date with knows nothing of the menu. */
function keepType(event: CustomEvent<{ attributeName: string }>): void {
  if (event.detail.attributeName === "type") event.preventDefault();
}
